/* The shortest digits of doubles, from text and from doubles. */
#include "numbers.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned __int128 u128;
typedef struct {
    uint64_t digits; /* without zeros at the end, but for 0 */
    int point;       /* how many of them stand behind the point */
    int minus;
} Number;

enum {
    SAFE_DIGITS = 15,  /* of so many digits every decimal is the shortest of its double (DBL_DIG) */
    MOST_POINT = 22    /* the largest power of ten below 2^75, so that products fit into 128 bits */
};
#define SAFE 1000000000000000ull /* 10^15 */
#define ZEROS 0x3030303030303030ull
#define EXACT 9007199254740991ull /* 2^53 - 1 */

static const uint64_t TENS[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
    1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
    1000000000000000000, 10000000000000000000u};

/* 10^n, n from 0 to 22. */
static u128 power(int n) { return n < 20 ? TENS[n] : (u128)TENS[19] * TENS[n - 19]; }

static int bits_of(u128 x) {
    uint64_t high = (uint64_t)(x >> 64);
    return high ? 128 - __builtin_clzll(high) : x ? 64 - __builtin_clzll((uint64_t)x) : 0;
}

static void strip(Number *n) {
    while (n->point > 0 && n->digits % 10 == 0) n->digits /= 10, n->point--;
}

/* The shortest digits of mantissa / 2^scale, a double between 10^-6 and 2^53 (ECMA-262, 7.1.12.1); there may be zeros at
   their end. What rounds to it is as wide as one unit of the last place at least, and less than ten: so one multiple of ten
   units lies in it at most, which is the shortest then, however many zeros it ends with; else the unit nearest. Zero where
   two are as near, or the double is a power of two and what rounds to it is narrower below it. Which it is differs from one
   double to the next, so that no branch asks. */
static int shortest(uint64_t mantissa, int scale, Number *found) {
    int point = (scale * 1233 + 4095) >> 12; /* 1233 / 4096 is log10(2): 10^point is 2^scale at least */
    u128 value, tenth, under, over, rest;
    uint64_t whole, last, near, tens, is_ten;
    if (mantissa == 1ull << 52 || scale < 0 || scale > 73 || point > MOST_POINT) return 0;
    tenth = power(point), value = mantissa * tenth;
    whole = (uint64_t)(value >> scale), last = whole % 10;
    value -= (u128)whole << scale;
    under = value + ((u128)last << scale), over = ((u128)10 << scale) - under;
    rest = ((u128)1 << scale) - value;
    is_ten = -(uint64_t)((2 * under < tenth) | (2 * over < tenth));
    if ((2 * under == tenth) | (2 * over == tenth)) return 0;
    if ((!is_ten) & ((value == rest) | (2 * value == tenth) | (2 * rest == tenth))) return 0;
    tens = whole - last + (10 & -(uint64_t)(2 * over < tenth)), near = whole + (rest < value);
    found->digits = near ^ ((near ^ tens) & is_ten);
    found->point = point;
    return 1;
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

/* How many digits a number has. */
static int digits_of(uint64_t x) {
    int about = ((64 - __builtin_clzll(x | 1)) * 1233) >> 12; /* as many, or one less */
    return about + (about < 20 && x >= TENS[about]) + !x;
}

/* The eight digits of x, which is below 10^8, as numbers in a byte each, the first in the lowest. */
static uint64_t eight_digits(uint32_t x) {
    uint64_t four = x / 10000 | (uint64_t)(x % 10000) << 32, two, one; /* two numbers, then four, then eight */
    two = (four * 10486 >> 20) & 0x7f0000007full;
    two |= (four - 100 * two) << 16;
    one = (two * 103 >> 10) & 0x000f000f000f000full;
    return one | (two - 10 * one) << 8;
}

/* The last `count` of the eight digits of x, which is below 10^8; eight bytes are written. */
static uint8_t *put_last(uint8_t *out, uint32_t x, int count) {
    put_eight(out, (eight_digits(x) | ZEROS) >> 8 * (8 - count));
    return out + count;
}

/* `point` decimals, of which not all are zeros and at most 17 follow the first zeros, without zeros at the end. */
static uint8_t *put_decimals(uint8_t *out, uint64_t rest, int point) {
    uint64_t high, low;
    for (; point > 17; point--) *out++ = '0';
    rest *= TENS[17 - point];
    *out++ = (uint8_t)('0' + rest / TENS[16]);
    rest %= TENS[16];
    high = eight_digits((uint32_t)(rest / 100000000)), low = eight_digits((uint32_t)(rest % 100000000));
    put_eight(out, high | ZEROS);
    put_eight(out + 8, low | ZEROS);
    if (low) return out + 16 - __builtin_clzll(low) / 8;
    return high ? out + 8 - __builtin_clzll(high) / 8 : out;
}

/* The last `count` digits, with zeros in front where there are fewer. */
static uint8_t *put_digits(uint8_t *out, uint64_t x, int count) {
    uint64_t high = x / 100000000;
    if (count <= 8) return put_last(out, (uint32_t)x, count);
    if (count > 16) out = put_last(out, (uint32_t)(high / 100000000), count - 16), count = 16;
    out = put_last(out, (uint32_t)(high % 100000000), count - 8);
    return put_last(out, (uint32_t)(x % 100000000), 8);
}

/* A number's digits in ECMAScript's notation, which has no exponent here. */
static uint8_t *put_number(uint8_t *out, Number n) {
    uint64_t one = n.point < 20 ? TENS[n.point] : 0, whole = one ? n.digits / one : 0;
    *out = '-';
    out += n.minus;
    out = put_digits(out, whole, digits_of(whole));
    if (!n.point) return out;
    *out++ = '.';
    for (; n.point > 20; n.point--) *out++ = '0';
    return put_digits(out, n.digits - whole * one, n.point);
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

/* [-]digits[.digits][e[+-]digits], as programs write numbers: no plus and no zeros in front. */
uint8_t *number(const uint8_t *p, const uint8_t *end, int exact, uint8_t *out) {
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
    strip(&kept);
    if (exact && (kept.digits != n.digits || kept.point != n.point)) { /* kept, if the double rounds to it again */
        here = (u128)mantissa * power(n.point), there = (u128)n.digits << scale;
        here = here > there ? here - there : there - here;
        if (2 * here >= (u128)1 << scale) return NULL;
    }
    return put_number(out, kept);
}

/* A double below 10^-6, of which there are few: one digit, the others behind the point, and an exponent. A decimal of 15
   digits that rounds to it is its shortest, zeros at the end apart; else the nearest one of 16 or 17 is. NULL where what
   rounds to it is narrower below it, or where decimals are not written with a point. */
static uint8_t *put_tiny(uint8_t *out, double size, int is_power) {
    char text[32], *mark, *last;
    int digits = SAFE_DIGITS;
    if (is_power || size < DBL_MIN) return NULL;
    do snprintf(text, sizeof text, "%.*e", digits - 1, size);
    while (strtod(text, NULL) != size && ++digits <= 17);
    if (digits > 17 || text[1] != '.') return NULL;
    for (last = mark = text + digits + 1; last[-1] == '0';) last--;
    if (last[-1] == '.') last--;
    memcpy(out, text, (size_t)(last - text));
    out += last - text;
    mark += 2, mark += *mark == '0'; /* behind e- */
    *out++ = 'e', *out++ = '-';
    memcpy(out, mark, strlen(mark));
    return out + strlen(mark);
}

uint8_t *any_double(double value, uint8_t *out) {
    Number n = {0, 0, value < 0};
    double size = fabs(value), tens = 1;
    uint64_t raw, whole;
    if (!(size <= (double)EXACT)) return NULL; /* infinities and no number too */
    n.digits = whole = (uint64_t)(int64_t)size;
    if ((double)(int64_t)n.digits == size) return put_number(out, n); /* minus zero too: it is not below zero */
    if (size >= 1e4) { /* of less, `of_double` has tried these */
        for (n.point = 1, tens = 10; n.point <= 4; n.point++, tens *= 10) {
            double digits = rint(size * tens);
            if (digits >= (double)SAFE) break;
            if (digits / tens == size) return n.digits = (uint64_t)digits, put_number(out, n);
        }
    }
    memcpy(&raw, &size, sizeof raw);
    *out = '-';
    if (size < 1e-6) return put_tiny(out + n.minus, size, !(raw & ((1ull << 52) - 1)));
    n.point = 0;
    if (!shortest((raw & ((1ull << 52) - 1)) | 1ull << 52, 1075 - (int)(raw >> 52), &n)) return NULL;
    out += n.minus;
    out = whole < 10000 ? put_few(out, four_digits((uint32_t)whole)) : put_digits(out, whole, digits_of(whole));
    *out++ = '.';
    if (whole) n.digits -= whole * TENS[n.point]; /* it is 1 at least, and there are few decimals */
    return put_decimals(out, n.digits, n.point);
}

uint8_t *any_whole(int64_t value, uint8_t *out) {
    Number n = {value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 0, value < 0};
    return n.digits <= EXACT ? put_number(out, n) : NULL;
}
