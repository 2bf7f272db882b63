/* Numbers in ECMAScript's notation (ECMA-262, 7.1.12.1), as far as they have no exponent in it. Each function gives where
   it ended, or NULL where it leaves a number to Python; it may write to some bytes behind. */
#ifndef TRIALSEAL_NUMBERS_H
#define TRIALSEAL_NUMBERS_H
#include <stdint.h>
#include <string.h>

#define LITTLE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

/* Of a cell of up to eight bytes, with eight that can be read: the bytes, and zeros behind it. */
static inline uint64_t eight_of(const uint8_t *p, int size) {
    uint64_t x, mask = size < 8 ? (1ull << 8 * size) - 1 : ~0ull;
    memcpy(&x, p, 8);
    return (x & mask) | (0x3030303030303030ull & ~mask);
}

/* What most numbers are: up to eight bytes, written as they are kept. NULL where the long way must tell. */
static inline uint8_t *short_number(const uint8_t *p, int size, uint8_t *out) {
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

/* Text as `tables/cells.py` takes it; with `exact`, only a number that its double keeps. */
uint8_t *number(const uint8_t *p, const uint8_t *end, int exact, uint8_t *out);
uint8_t *of_double(double value, uint8_t *out);
uint8_t *of_whole(int64_t value, uint8_t *out);
#endif
