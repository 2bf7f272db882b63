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

/* Text as `tables/cells.py` takes it; with `exact`, only a number that its double keeps. */
uint8_t *number(const uint8_t *p, const uint8_t *end, int exact, uint8_t *out);
/* What most numbers are: up to eight bytes, written as they are kept. NULL where `number` must tell. */
uint8_t *short_number(const uint8_t *p, int size, uint8_t *out);
uint8_t *of_double(double value, uint8_t *out);
uint8_t *of_whole(int64_t value, uint8_t *out);
#endif
