/* Numbers in ECMAScript's notation (ECMA-262, 7.1.12.1), texts as far as they have no exponent in it. Each function gives where
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

/* Eight bytes, the lowest first. */
static inline void put_eight(uint8_t *out, uint64_t bytes) {
#if LITTLE
    memcpy(out, &bytes, 8);
#else
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(bytes >> 8 * i);
#endif
}

/* The four digits of x, which is below 10^4, as numbers in a byte each, the first in the lowest. */
static inline uint32_t four_digits(uint32_t x) {
    uint32_t two = x / 100 | (x % 100) << 16, tens = (two * 103 >> 10) & 0x000f000fu;
    return tens | (two - 10 * tens) << 8;
}

/* A number below 10^4 without zeros in front. */
static inline uint8_t *put_few(uint8_t *out, uint32_t digits) {
    int zeros = __builtin_ctz(digits | 1u << 24) / 8;
    put_eight(out, (uint64_t)(digits | 0x30303030u) >> 8 * zeros);
    return out + 4 - zeros;
}

/* Text as `tables/cells.py` takes it; with `exact`, only a number that its double keeps. */
uint8_t *number(const uint8_t *p, const uint8_t *end, int exact, uint8_t *out);
uint8_t *any_double(double value, uint8_t *out);
uint8_t *any_whole(int64_t value, uint8_t *out);

/* A double; of most, four digits stand before the point at most, and four behind it: of so few every decimal is the
   shortest of its double. */
static inline uint8_t *of_double(double value, uint8_t *out) {
    double size = value < 0 ? -value : value;
    if (size < 1e4) {
        uint32_t digits = (uint32_t)(int32_t)(size * 1e4 + 0.5), rest;
        if ((double)(int32_t)digits / 1e4 == size) {
            *out = '-';
            out = put_few(out + (value < 0), four_digits(digits / 10000)); /* minus zero is not below zero */
            rest = four_digits(digits % 10000);
            put_eight(out, (uint64_t)(rest | 0x30303030u) << 8 | '.');
            return rest ? out + 5 - __builtin_clz(rest) / 8 : out;
        }
    }
    return any_double(value, out);
}

static inline uint8_t *of_whole(int64_t value, uint8_t *out) {
    if (value <= -10000 || value >= 10000) return any_whole(value, out);
    *out = '-';
    return put_few(out + (value < 0), four_digits((uint32_t)(value < 0 ? -value : value)));
}
#endif
