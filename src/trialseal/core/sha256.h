/* SHA-256 (FIPS 180-4) of many short messages, as many at a time as the processor has instructions for. */
#ifndef TRIALSEAL_SHA256_H
#define TRIALSEAL_SHA256_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* At most so many messages are on their way at a time. */
enum { LANES = 16 };

/* One message on its way: the state, the block that begins with the mark, the whole blocks in place, the padded end. */
typedef struct {
    uint32_t state[8];
    uint8_t head[64], tail[128];
    const uint8_t *body;
    size_t heads, bodies, tails;
} Lane;

extern const uint32_t FRESH[8], ROUND_WORDS[64];

/* Writes the first 64 bytes of mark ‖ body, of which there are as many. */
typedef void (*Begin)(uint8_t head[64], const uint8_t *mark, size_t marks, const uint8_t *body);
/* Writes the end of a message of `bits` bits: mark ‖ rest, together less than 64 bytes, padded. How many blocks it is. */
typedef size_t (*End)(uint8_t tail[128], const uint8_t *mark, size_t marks, const uint8_t *rest, size_t bytes, uint64_t bits);
extern Begin begin_of;
extern End end_of;

static inline void put_big(uint8_t out[8], uint64_t x) {
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(x >> (56 - 8 * i));
}

/* A lane for mark ‖ body, mark of at most 64 bytes, behind `before` bytes (a multiple of 64) that `state` has taken. */
static inline void lane_set(Lane *lane, const uint32_t state[8], uint64_t before, const uint8_t *mark, size_t marks,
                            const uint8_t *body, size_t bytes) {
    uint64_t bits = 8 * (before + marks + bytes);
    memcpy(lane->state, state, 32);
    lane->heads = marks && marks + bytes >= 64;
    if (lane->heads) {
        begin_of(lane->head, mark, marks, body);
        body += 64 - marks;
        bytes -= 64 - marks;
        marks = 0;
    }
    lane->body = body;
    lane->bodies = marks ? 0 : bytes / 64;
    lane->tails = end_of(lane->tail, mark, marks, body + 64 * lane->bodies, bytes - 64 * lane->bodies, bits);
}
/* Hashes up to LANES lanes to their ends. */
void lanes_run(Lane *lanes, int count);
/* The digest of a lane that has run, or of a state. */
void state_out(const uint32_t state[8], uint8_t digest[32]);
/* Takes as many whole blocks into each of up to LANES states; those of a state lie `apart` bytes behind the last's. */
void states_take(uint32_t states[][8], const uint8_t *blocks, size_t apart, int some, size_t count);
/* Whether sixteen can go side by side; and does so with some blocks of each: of each turn, for those whose bit is set. A
   state whose bit is not in the first turn is not changed. */
int has_wide(void);
void wide_run(uint32_t *const states[LANES], const uint8_t *const blocks[][LANES], const uint32_t *active, size_t count);
/* Begin and End where that is so. */
void wide_begin(uint8_t head[64], const uint8_t *mark, size_t marks, const uint8_t *body);
size_t wide_end(uint8_t tail[128], const uint8_t *mark, size_t marks, const uint8_t *rest, size_t bytes, uint64_t bits);
/* Takes whole blocks into a state. */
void state_take(uint32_t state[8], const uint8_t *blocks, size_t count);
#endif
