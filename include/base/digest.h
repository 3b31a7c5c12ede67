/* SHA-256, as hexadecimal digits. */
#pragma once

#include <glib.h>

/* Of bytes.  Caller frees. */
char *digest_of(const void *bytes, gsize length);

/* The same of bytes that come piece by piece. */
typedef struct evp_md_ctx_st Digest;
Digest *digest_new(void);
void digest_add(Digest *digest, const void *bytes, gsize length);
char *digest_end(Digest *digest); /* frees it; caller frees the digits */
