/* Canonical rows from columns: what tables/cells.py says of single cells, for what is written plainly. A cell that is
   not is called odd, and its column is left to Python. */
#include "sha256.h"
#include <math.h>
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

#define LITTLE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
typedef unsigned __int128 u128;
typedef struct {
    uint64_t digits; /* without zeros at the end, but for 0 */
    int point;       /* how many of them stand behind the point */
    int minus;
} Number;

enum {
    ROOM = 64,         /* more than any cell takes that is not text */
    SAFE_DIGITS = 15,  /* of so many digits every decimal is the shortest of its double (DBL_DIG) */
    MOST_POINT = 22    /* the largest power of ten below 2^75, so that products fit into 128 bits */
};
#define SAFE 1000000000000000ull /* 10^15 */
#define EXACT 9007199254740991ull /* 2^53 - 1 */
#define FEW 1e11                  /* of less, four decimals are SAFE */

/* 10^n, n from 0 to 22. */
static u128 power(int n) {
    static const uint64_t tens[] = {
        1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
        1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
        1000000000000000000, 10000000000000000000u};
    return n < 20 ? tens[n] : (u128)tens[19] * tens[n - 19];
}

static int bits_of(u128 x) {
    uint64_t high = (uint64_t)(x >> 64);
    return high ? 128 - __builtin_clzll(high) : x ? 64 - __builtin_clzll((uint64_t)x) : 0;
}

static void strip(Number *n) {
    while (n->point > 1 && n->digits % 100 == 0) n->digits /= 100, n->point -= 2;
    while (n->point > 0 && n->digits % 10 == 0) n->digits /= 10, n->point--;
}

/* The shortest digits of mantissa / 2^scale, a double between 10^-6 and 2^53 (ECMA-262, 7.1.12.1): the nearest decimal
   of 15, 16 or 17 digits, whichever first lies within half a unit of its last place. Zero where two are as near, or the
   double is a power of two and the unit another one below it. */
static int shortest(uint64_t mantissa, int scale, Number *found) {
    int point = 16 + (((scale - 53) * 1233) >> 12); /* 1233 / 4096 is log10(2): at most the wanted one, mostly it */
    u128 value, tenth;
    if (mantissa == 1ull << 52 || scale < 0 || scale > 73 || point > MOST_POINT) return 0;
    if (point < 0) point = 0;
    tenth = power(point), value = mantissa * tenth;
    while ((value >> scale) < 10000000000000000ull) { /* until there are 17 digits before the point */
        if (point == MOST_POINT) return 0;
        value *= 10, tenth *= 10, point++;
    }
    for (uint64_t step = 100; step; step /= 10) {
        uint64_t whole = (uint64_t)(value >> scale), low = whole - whole % step;
        u128 unit = (u128)step << scale, under = value - ((u128)low << scale), over = unit - under;
        if (under == over) return 0;
        if (over < under) low += step, under = over;
        if (2 * under == tenth) return 0;
        if (step == 1 || 2 * under < tenth) {
            found->digits = low, found->point = point;
            strip(found);
            return found->point >= 0;
        }
    }
    return 0;
}

/* Whether digits / 10^point, as written, is what `shortest` finds for its nearest double; where it is close, no. */
static int is_shortest(uint64_t digits, int point) {
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double near = (double)digits / tens[point]; /* or one beside the nearest */
    uint64_t mantissa, last = digits % 10;
    __int128 ten = (__int128)power(point), off, low, high;
    int scale;
    memcpy(&mantissa, &near, sizeof mantissa);
    scale = 1075 - (int)(mantissa >> 52);
    mantissa = (mantissa & ((1ull << 52) - 1)) | 1ull << 52;
    if (scale < 0 || scale > 73 || !last) return 0;
    off = (__int128)(mantissa * (u128)ten) - ((__int128)digits << scale); /* in units of 10^-point 2^-scale */
    if (2 * off >= ten) off -= ten, mantissa--;
    else if (-2 * off >= ten) off += ten, mantissa++;
    if (mantissa <= 1ull << 52 || mantissa >= 1ull << 53 || 2 * off >= ten || -2 * off >= ten) return 0;
    if (2 * off >= (__int128)1 << scale || -2 * off >= (__int128)1 << scale) return 0; /* another is nearer */
    low = off + ((__int128)last << scale), high = ((__int128)10 << scale) - low; /* those of one digit less */
    return 2 * low > ten && 2 * high > ten;
}

/* The double nearest digits / 10^point as mantissa / 2^scale, ties to even. */
static uint64_t nearest(uint64_t digits, int point, int *scale) {
    u128 ten = power(point), quotient, rest;
    int shift = 54 + bits_of(ten) - bits_of(digits), drop;
    uint64_t mantissa, below, half;
    quotient = ((u128)digits << shift) / ten;
    rest = ((u128)digits << shift) - quotient * ten;
    drop = bits_of(quotient) - 53;
    mantissa = (uint64_t)(quotient >> drop);
    below = (uint64_t)quotient & ((1ull << drop) - 1);
    half = 1ull << (drop - 1);
    if (below > half || (below == half && (rest || (mantissa & 1)))) mantissa++;
    *scale = shift - drop;
    if (mantissa >> 53) mantissa >>= 1, --*scale;
    return mantissa;
}

static int digits_of(uint64_t x) {
    int about = ((64 - __builtin_clzll(x | 1)) * 1233) >> 12; /* the number of digits, or one less */
    return about + (about < 20 && x >= power(about)) + !x;
}

/* `count` digits, with zeros in front; two at a time. */
static uint8_t *put_digits(uint8_t *out, uint64_t x, int count) {
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354"
        "555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    int i = count;
    for (; i > 1; x /= 100) i -= 2, memcpy(out + i, pairs + 2 * (x % 100), 2);
    if (i) *out = (uint8_t)('0' + x % 10);
    return out + count;
}

/* A number's digits in ECMAScript's notation, which has no exponent here. */
static uint8_t *put_number(uint8_t *out, Number n) {
    int count = digits_of(n.digits);
    if (n.minus) *out++ = '-';
    if (!n.point) return put_digits(out, n.digits, count);
    if (count <= n.point) count = n.point + 1;
    put_digits(out + 1, n.digits, count);
    for (int i = 0; i < count - n.point; i++) out[i] = out[i + 1];
    out[count - n.point] = '.';
    return out + count + 1;
}

/* The exponent of a number: e, a sign or none, one or two digits; 100 where it is no such. */
static int exponent(const uint8_t *p, const uint8_t *end) {
    int minus = 0, found = 0;
    if (++p < end && (*p == '-' || *p == '+')) minus = *p++ == '-';
    if (p == end || end - p > 2) return 100;
    for (; p < end; p++) {
        if (*p < '0' || *p > '9') return 100;
        found = 10 * found + (*p - '0');
    }
    return minus ? -found : found;
}

/* Of a cell of up to eight bytes, with eight that can be read: the bytes, and zeros behind it. */
static uint64_t eight_of(const uint8_t *p, int size) {
    uint64_t x, mask = size < 8 ? (1ull << 8 * size) - 1 : ~0ull;
    memcpy(&x, p, 8);
    return (x & mask) | (0x3030303030303030ull & ~mask);
}

/* What most numbers are: up to eight bytes, written as they are kept. NULL where the long way must tell. */
static uint8_t *short_number(const uint8_t *p, int size, uint8_t *out) {
    const uint64_t ones = 0x0101010101010101ull;
    uint64_t x = eight_of(p, size), digit = x ^ 0x30 * ones;
    uint64_t other = (((digit & 0x7f * ones) + 0x76 * ones) | digit) & 0x80 * ones; /* which are none of 0 to 9 */
    int first = p[0] == '-', point;
    if (first) other &= ~0x80ull;
    if (first == size) return NULL;
    if (!other) {
        if (p[first] == '0' && (first || size > 1)) return NULL;
    } else {
        point = __builtin_ctzll(other) / 8;
        if (other & (other - 1) || p[point] != '.' || point == first || point == size - 1) return NULL;
        if (p[size - 1] == '0' || (p[first] == '0' && point != first + 1)) return NULL;
    }
    memcpy(out, &x, 8);
    return out + size;
}

/* [-]digits[.digits][e[+-]digits], as programs write numbers: no plus and no zeros in front. */
static uint8_t *number(const uint8_t *p, const uint8_t *end, int exact, uint8_t *out) {
    Number n = {0, 0, 0}, kept;
    int count = 0, scale;
    uint64_t mantissa;
    u128 here, there;
    const uint8_t *text = p, *first;
    if (p < end && *p == '-') n.minus = 1, p++;
    for (first = p; p < end && *p >= '0' && *p <= '9'; p++, count++) {
        if (count == 19) return NULL;
        n.digits = 10 * n.digits + (*p - '0');
    }
    if (p == first || (*first == '0' && p > first + 1)) return NULL;
    if (*first == '0') count = 0;
    if (p < end && *p == '.') {
        for (p++; p < end && *p >= '0' && *p <= '9'; p++, n.point++) {
            if (count == 19 || n.point == MOST_POINT) return NULL;
            n.digits = 10 * n.digits + (*p - '0');
            if (n.digits) count++;
        }
        if (!n.point) return NULL;
    }
    if (p < end) {
        int by = *p == 'e' || *p == 'E' ? exponent(p, end) : 100;
        if (by > MOST_POINT || n.point - by > MOST_POINT) return NULL;
        for (n.point -= by; n.point < 0; n.point++) {
            if (n.digits >= SAFE) return NULL;
            n.digits *= 10;
        }
        text = NULL;
    }
    if (!n.digits) return *out++ = '0', out; /* minus zero too */
    if (n.point > 6 && n.digits < power(n.point - 6)) return NULL; /* below 10^-6, ECMAScript writes an exponent */
    if (text && n.digits < SAFE && !(n.point && end[-1] == '0')) { /* as it stands, mostly */
        memcpy(out, text, (size_t)(end - text));
        return out + (end - text);
    }
    strip(&n);
    if (n.digits < SAFE) return put_number(out, n);
    if (!n.point && n.digits <= EXACT) return put_number(out, n);
    if (!n.point || n.digits >= EXACT * power(n.point)) return NULL;
    if (text && end[-1] != '0' && is_shortest(n.digits, n.point)) {
        memcpy(out, text, (size_t)(end - text));
        return out + (end - text);
    }
    mantissa = nearest(n.digits, n.point, &scale);
    kept = n;
    if (!shortest(mantissa, scale, &kept)) return NULL;
    if (exact && (kept.digits != n.digits || kept.point != n.point)) { /* kept, if the double rounds to it again */
        here = (u128)mantissa * power(n.point), there = (u128)n.digits << scale;
        here = here > there ? here - there : there - here;
        if (2 * here >= (u128)1 << scale) return NULL;
    }
    return put_number(out, kept);
}

static uint8_t *of_double(double value, uint8_t *out) {
    Number n = {0, 0, value < 0};
    double size = fabs(value), tens = 1;
    uint64_t raw;
    if (!(size <= (double)EXACT)) return NULL; /* infinities and no number too */
    n.digits = (uint64_t)size;
    if ((double)n.digits == size) return put_number(out, n); /* minus zero too: it is not below zero */
    if (size < FEW) { /* most have few decimals */
        double digits = rint(size * 1e4);
        if (digits / 1e4 == size) return n.digits = (uint64_t)digits, n.point = 4, strip(&n), put_number(out, n);
    } else {
        for (n.point = 1, tens = 10; n.point <= 3; n.point++, tens *= 10) {
            double digits = rint(size * tens);
            if (digits >= (double)SAFE) break;
            if (digits / tens == size) return n.digits = (uint64_t)digits, put_number(out, n);
        }
    }
    if (size < 1e-6) return NULL;
    memcpy(&raw, &size, sizeof raw);
    n.point = 0;
    if (!shortest((raw & ((1ull << 52) - 1)) | 1ull << 52, 1075 - (int)(raw >> 52), &n)) return NULL;
    return put_number(out, n);
}

static uint8_t *of_whole(int64_t value, uint8_t *out) {
    Number n = {value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 0, value < 0};
    return n.digits <= EXACT ? put_number(out, n) : NULL;
}

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
                if (column->kind == READY && end - start <= 16 && column->bytes - start >= 16) {
                    memcpy(place, column->data + start, 16); /* and more than it is: no call */
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
