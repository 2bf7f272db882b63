/* Rows of CSV (RFC 4180) in UTF-8, found and cut into cells where they lie. What is not written plainly is called odd,
   and another reader says what it is. */
#include "sha256.h"
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Of a search: where it is, where the row began, rows found, whether within quotes, bytes of the longest row. */
enum { AT = 0, BEGIN, ROWS, QUOTED, LONGEST };

/* Goes on to where `wanted` rows have ended, or to the last line end of `bytes`. Empty lines are no rows. */
EXPORT void trialseal_rows(const uint8_t *data, uint64_t bytes, uint64_t wanted, uint64_t *search) {
    while (search[ROWS] < wanted) {
        const uint8_t *p = data + search[AT], *line = p, *end = memchr(p, '\n', bytes - search[AT]);
        if (!end) return;
        while ((p = memchr(p, '"', (size_t)(end - p)))) search[QUOTED] ^= 1, p++;
        search[AT] = (uint64_t)(end + 1 - data);
        if (search[QUOTED]) continue;
        if (line != data + search[BEGIN] || (end != line && !(end == line + 1 && *line == '\r'))) search[ROWS]++;
        if (search[AT] - search[BEGIN] > search[LONGEST]) search[LONGEST] = search[AT] - search[BEGIN];
        search[BEGIN] = search[AT];
    }
}

/* Whether bytes are UTF-8 (RFC 3629). */
static int is_utf8(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        uint64_t eight;
        uint8_t c = *p;
        int more;
        if (end - p >= 8 && (memcpy(&eight, p, 8), !(eight & 0x8080808080808080ull))) {
            p += 8;
            continue;
        }
        if (c < 0x80) {
            p++;
            continue;
        }
        more = c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 0;
        if (!more || end - p <= more) return 0;
        if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f)) return 0; /* too long; surrogates */
        if ((c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f)) return 0; /* too long; above 0x10ffff */
        for (p++; more; more--, p++)
            if ((*p & 0xc0) != 0x80) return 0;
    }
    return 1;
}

/* Of 64 bytes: which are a delimiter or end a line, and which are a quotation mark or a carriage return. */
static uint64_t marks_of(const uint8_t *p, uint8_t delimiter, uint64_t *others) {
    uint64_t found = 0;
    *others = 0;
#if defined(__SSE2__)
    const __m128i d = _mm_set1_epi8((char)delimiter), q = _mm_set1_epi8('"'), n = _mm_set1_epi8('\n'), r = _mm_set1_epi8('\r');
    for (int i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(p + 16 * i));
        __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(x, d), _mm_cmpeq_epi8(x, n));
        __m128i rest = _mm_or_si128(_mm_cmpeq_epi8(x, q), _mm_cmpeq_epi8(x, r));
        found |= (uint64_t)(uint32_t)_mm_movemask_epi8(ends) << (16 * i);
        *others |= (uint64_t)(uint32_t)_mm_movemask_epi8(rest) << (16 * i);
    }
#else
    for (int i = 0; i < 64; i++) {
        found |= (uint64_t)(p[i] == delimiter || p[i] == '\n') << i;
        *others |= (uint64_t)(p[i] == '"' || p[i] == '\r') << i;
    }
#endif
    return found;
}

/* A quoted cell without the doubling of its marks; where it now ends. */
static int32_t undoubled(uint8_t *data, int32_t start, int32_t end) {
    int32_t to = start;
    for (int32_t i = start; i < end; i++) {
        data[to++] = data[i];
        if (data[i] == '"') i++;
    }
    return to;
}

/* Cuts `count` rows of `width` cells, which fill `bytes` and end with a line feed: cell c of row r is data[starts[r *
   width + c] .. ends[…]]; marks that are doubled are made one in place. -1 where anything is odd. */
EXPORT int32_t trialseal_split(uint8_t *data, uint64_t bytes, int32_t delimiter, int32_t width, uint64_t count,
                               int32_t *starts, int32_t *ends) {
    uint64_t cells = 0, rows = 0, all = count * (uint64_t)width;
    int32_t start = 0, column = 0, close = -1; /* close: behind the mark that ends a quoted cell */
    int quoted = 0, doubled = 0;
    if (bytes > INT32_MAX || width < 1 || delimiter < 1 || delimiter > 127 || !is_utf8(data, data + bytes)) return -1;
    for (uint64_t block = 0; block < bytes; block += 64) {
        uint8_t rest[64] = {0};
        const uint8_t *p = data + block;
        uint64_t marks, others;
        if (bytes - block < 64) p = memcpy(rest, p, bytes - block);
        marks = marks_of(p, (uint8_t)delimiter, &others);
        if (!others && !quoted && close < 0 && all - cells >= 64 && !(block && data[block - 1] == '\r')) { /* mostly */
            for (; marks; marks &= marks - 1) {
                int at = __builtin_ctzll(marks);
                int32_t i = (int32_t)block + at;
                if (p[at] == '\n') {
                    if (!column && i == start) { /* an empty line */
                        start = i + 1;
                        continue;
                    }
                    if (column + 1 != width) return -1;
                    rows++, column = -1;
                }
                starts[cells] = start, ends[cells] = i;
                cells++, column++, start = i + 1;
            }
            if (column >= width) return -1;
            continue;
        }
        for (marks |= others; marks; marks &= marks - 1) {
            int32_t i = (int32_t)block + __builtin_ctzll(marks);
            uint8_t c = p[i - (int32_t)block];
            if (quoted) {
                if (c == '"') quoted = 0, close = i + 1;
                continue;
            }
            if (c == '"') {
                if (i == start) quoted = 1;
                else if (close == i) quoted = doubled = 1;
                else return -1;
                continue;
            }
            if (c == '\r') {
                if ((uint64_t)i + 1 >= bytes || data[i + 1] != '\n') return -1;
                continue;
            }
            if (c == '\n') {
                int32_t end = i > start && data[i - 1] == '\r' ? i - 1 : i;
                if (!column && end == start) { /* an empty line */
                    start = i + 1;
                    continue;
                }
                if (column + 1 != width || cells >= all) return -1;
                starts[cells] = start, ends[cells] = end;
                rows++, column = 0;
            } else {
                if (++column >= width || cells >= all) return -1;
                starts[cells] = start, ends[cells] = i;
            }
            if (close >= 0) {
                if (close != ends[cells]) return -1;
                starts[cells]++, ends[cells]--;
                if (doubled) ends[cells] = undoubled(data, starts[cells], ends[cells]);
                close = -1, doubled = 0;
            }
            cells++, start = i + 1;
        }
    }
    return quoted || rows != count || (uint64_t)start != bytes ? -1 : 0;
}

/* The cells of one column, one behind the other: cell i is out[offsets[i] .. offsets[i + 1]]. */
EXPORT void trialseal_column(const uint8_t *data, const int32_t *starts, const int32_t *ends, uint64_t width,
                             uint64_t count, uint8_t *out, int32_t *offsets) {
    int32_t place = 0;
    for (uint64_t i = 0; i < count; i++) {
        int32_t size = ends[i * width] - starts[i * width];
        offsets[i] = place;
        memcpy(out + place, data + starts[i * width], (size_t)size);
        place += size;
    }
    offsets[count] = place;
}
