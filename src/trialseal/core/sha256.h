/* SHA-256 (FIPS 180-4) of many short messages, two at a time where the processor has instructions for it. */
#ifndef TRIALSEAL_SHA256_H
#define TRIALSEAL_SHA256_H
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* One message on its way: the state, the block that begins with the mark, the whole blocks in place, the padded end. */
typedef struct {
    uint32_t state[8];
    uint8_t head[64], tail[128];
    const uint8_t *body;
    size_t heads, bodies, tails;
} Lane;

extern const uint32_t FRESH[8];

/* A lane for mark ‖ body, mark of at most 64 bytes, behind `before` bytes (a multiple of 64) that `state` has taken. */
void lane_set(Lane *lane, const uint32_t state[8], uint64_t before, const uint8_t *mark, size_t marks,
              const uint8_t *body, size_t bytes);
/* Hashes one or two lanes to their ends. */
void lanes_run(Lane *lanes, int count);
/* The digest of a lane that has run, or of a state. */
void state_out(const uint32_t state[8], uint8_t digest[32]);
/* Takes whole blocks into a state. */
void state_take(uint32_t state[8], const uint8_t *blocks, size_t count);
#endif
