/* Canonical rows from columns: what tables/cells.py says of single cells, for what is written plainly. A cell that is
   not is called odd, and its column is left to Python. */
#include "numbers.h"
#include "sha256.h"
#include <string.h>

enum { READY, TEXT, NUMBER, INTEGER, DECIMAL, DATE, DATETIME, DOUBLE, WHOLE }; /* as in core/joining.py */

/* A column: of texts, where cell i is data[starts[i * stride] .. ends[i * stride]], or of doubles, or of 64-bit numbers. */
typedef struct {
    const uint8_t *data;
    const int32_t *starts, *ends;
    const int32_t *codes; /* of cells that are kept once each: cell i is the text number codes[i] of `known`; or NULL */
    const uint8_t *valid; /* Arrow's bitmap of cells that are there, or NULL: all are */
    int64_t stride, valid_offset, bytes, known;
    int32_t kind, decimals;
    int32_t exact; /* whether a number must be one that its double keeps */
    int32_t odd;   /* given back: whether it has an odd cell */
} Column;

enum { ROOM = 64 }; /* more than any cell takes that is not text */

static int two(const uint8_t *p) {
    return p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9' ? -1 : 10 * (p[0] - '0') + p[1] - '0';
}

/* A day of the years 1 to 9999 as 2020-05-12. */
static int is_day(const uint8_t *p) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century = two(p), rest = two(p + 2), month = two(p + 5), day = two(p + 8), year = 100 * century + rest;
    if (century < 0 || rest < 0 || year < 1 || p[4] != '-' || p[7] != '-' || month < 1 || month > 12 || day < 1) return 0;
    return day <= days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0));
}

static int is_clock(const uint8_t *p) {
    int hour = two(p), minute = two(p + 3), second = two(p + 6);
    return hour >= 0 && hour < 24 && p[2] == ':' && minute >= 0 && minute < 60 && p[5] == ':' && second >= 0 && second < 60;
}

/* -?(0|[1-9][0-9]*), and a point with so many digits; not minus zero, and no more digits than anyone writes. */
static int is_fixed(const uint8_t *p, const uint8_t *end, int decimals) {
    const uint8_t *whole = end - (decimals ? decimals + 1 : 0), *first;
    int minus = p < end && *p == '-', zero = 1;
    if (end - p > ROOM - 8) return 0;
    first = p += minus;
    if (p >= whole || (*first == '0' && whole > first + 1)) return 0;
    for (; p < end; p++) {
        if (p == whole ? *p != '.' : *p < '0' || *p > '9') return 0;
        zero &= *p == '0' || *p == '.';
    }
    return !(zero && minus);
}

/* Which of eight bytes must be escaped in JSON: below 0x20, a quotation mark or a backslash. */
static uint64_t odd_ones(uint64_t x) {
    const uint64_t one = 0x0101010101010101ull, high = 0x80 * one;
    uint64_t mark = x ^ 0x22 * one, slash = x ^ 0x5c * one;
    return (((mark - one) & ~mark) | ((slash - one) & ~slash) | ((x - 0x20 * one) & ~x)) & high;
}

/* Text as a JSON string (RFC 8785, 3.2.2.2). */
static uint8_t *put_text(const uint8_t *p, const uint8_t *end, int can_read, uint8_t *out) {
    static const char hex[] = "0123456789abcdef", named[] = "btn?fr"; /* 8 to 13, but for 11 */
    uint64_t eight;
    *out++ = '"';
    for (; end - p >= 8; p += 8, out += 8) { /* plain, mostly */
        memcpy(&eight, p, 8);
        if (odd_ones(eight)) break;
        memcpy(out, &eight, 8);
    }
    if (can_read && end - p < 8) {
        eight = eight_of(p, (int)(end - p));
        if (!odd_ones(eight)) memcpy(out, &eight, 8), out += end - p, p = end;
    }
    for (; p < end; p++) {
        uint8_t c = *p;
        if (c >= 0x20 && c != '"' && c != '\\') {
            *out++ = c;
        } else if (c >= 0x20) {
            *out++ = '\\', *out++ = c;
        } else if (c >= 8 && c <= 13 && c != 11) {
            *out++ = '\\', *out++ = (uint8_t)named[c - 8];
        } else {
            memcpy(out, "\\u00", 4);
            out[4] = (uint8_t)hex[c >> 4], out[5] = (uint8_t)hex[c & 15];
            out += 6;
        }
    }
    *out++ = '"';
    return out;
}

static uint8_t *put_null(uint8_t *out) { return memcpy(out, "null", 4), out + 4; }

static uint8_t *put_quoted(const uint8_t *p, const uint8_t *end, uint8_t *out) {
    *out++ = '"';
    memcpy(out, p, (size_t)(end - p));
    out += end - p;
    *out++ = '"';
    return out;
}

/* A cell that is text in its file; NULL where it is odd. */
static uint8_t *put_cell(const Column *column, const uint8_t *p, const uint8_t *end, uint8_t *out) {
    /* Whether eight bytes can be read wherever less of the cell is left; their order is that of small ends. */
    const int can_read = LITTLE && column->data + column->bytes - end >= 8;
    while (p < end && end[-1] == ' ') end--;
    if (p == end) return put_null(out);
    if (column->kind == TEXT) return put_text(p, end, can_read, out);
    while (*p == ' ') p++;
    if (end - p == 1 && *p == '.') return put_null(out);
    switch (column->kind) {
    case NUMBER: {
        uint8_t *found = can_read && end - p <= 8 ? short_number(p, (int)(end - p), out) : NULL;
        return found ? found : number(p, end, column->exact, out);
    }
    case INTEGER: return is_fixed(p, end, 0) ? put_quoted(p, end, out) : NULL;
    case DECIMAL: return is_fixed(p, end, column->decimals) ? put_quoted(p, end, out) : NULL;
    case DATE: return end - p == 10 && is_day(p) ? put_quoted(p, end, out) : NULL;
    case DATETIME: return end - p == 19 && is_day(p) && p[10] == 'T' && is_clock(p + 11) ? put_quoted(p, end, out) : NULL;
    default: return NULL;
    }
}

/* 0x00 and the canonical form of each of `count` rows, one behind the other, into `room` bytes; ends[i] is where row i
   ends. How many columns have an odd cell, which leaves the rows unfinished; -1 where the room is too small, -2 where a
   cell does not lie within its column's bytes. */
EXPORT int32_t trialseal_join(Column *columns, int32_t width, uint64_t count, uint8_t *out, uint64_t room,
                              uint64_t *ends) {
    uint8_t *place = out, *const last = out + room, *next;
    int32_t odd = 0;
    for (uint64_t row = 0; row < count; row++) {
        if (last - place < ROOM) return -1;
        *place++ = 0, *place++ = '[';
        for (int32_t c = 0; c < width; c++) {
            Column *column = columns + c;
            uint64_t bit = row + (uint64_t)column->valid_offset;
            int there = !column->valid || (column->valid[bit / 8] >> bit % 8 & 1);
            if (last - place < ROOM) return -1;
            if (c) *place++ = ',';
            if (column->odd) continue;
            next = place;
            if (!there) {
                next = put_null(place);
            } else if (column->kind == DOUBLE) {
                double value;
                memcpy(&value, column->data + 8 * row, 8);
                next = of_double(value, place);
            } else if (column->kind == WHOLE) {
                int64_t value;
                memcpy(&value, column->data + 8 * row, 8);
                next = of_whole(value, place);
            } else {
                int64_t cell = column->codes ? column->codes[row] : (int64_t)row * column->stride, start, end;
                if (column->codes && (cell < 0 || cell >= column->known)) return -2;
                start = column->starts[cell], end = column->ends[cell];
                if (start < 0 || end < start || end > column->bytes) return -2;
                if (last - place < (column->kind == READY ? 1 : 6) * (end - start) + ROOM) return -1;
                if (column->kind == READY && end - start <= 32 && column->bytes - start >= 32) {
                    memcpy(place, column->data + start, 32); /* and more than it is: no call */
                    next = place + (end - start);
                } else if (column->kind == READY) {
                    memcpy(place, column->data + start, (size_t)(end - start));
                    next = place + (end - start);
                } else {
                    next = put_cell(column, column->data + start, column->data + end, place);
                }
            }
            if (next) place = next;
            else column->odd = 1, odd++;
        }
        *place++ = ']';
        ends[row] = (uint64_t)(place - out);
    }
    return odd;
}
