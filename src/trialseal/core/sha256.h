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

/* A lane for mark ‖ body, mark of at most 64 bytes, behind `before` bytes (a multiple of 64) that `state` has taken. */
static inline void lane_set(Lane *lane, const uint32_t state[8], uint64_t before, const uint8_t *mark, size_t marks,
                            const uint8_t *body, size_t bytes) {
    uint64_t bits = 8 * (before + marks + bytes);
    size_t left = 0;
    memcpy(lane->state, state, 32);
    memset(lane->tail, 0, sizeof lane->tail);
    lane->heads = marks && marks + bytes >= 64;
    if (lane->heads) {
        memcpy(lane->head, mark, marks);
        if (marks < 64) memcpy(lane->head + marks, body, 64 - marks);
        body += 64 - marks;
        bytes -= 64 - marks;
    } else if (marks) {
        memcpy(lane->tail, mark, left = marks);
    }
    lane->body = body;
    lane->bodies = left ? 0 : bytes / 64;
    bytes -= 64 * lane->bodies;
    if (bytes) memcpy(lane->tail + left, body + 64 * lane->bodies, bytes);
    left += bytes;
    lane->tail[left] = 0x80;
    lane->tails = left < 56 ? 1 : 2;
    for (int i = 0; i < 8; i++) lane->tail[64 * lane->tails - 1 - (size_t)i] = (uint8_t)(bits >> 8 * i);
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
/* Takes whole blocks into a state. */
void state_take(uint32_t state[8], const uint8_t *blocks, size_t count);
#endif
