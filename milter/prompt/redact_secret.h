/* Private to prompt/: the words that announce a secret, and the forms that keys have. */
#pragma once

#include "prompt/redact_find.h"

/* What may follow such a word. */
typedef enum {
    SECRET_WORD,  /* anything behind a colon; what looks made up, without one */
    SECRET_FIELD, /* anything behind a colon: the word has other senses too */
    SECRET_KEY    /* only what looks like a key */
} SecretLabelKind;

typedef struct {
    const char *word; /* lower case */
    SecretLabelKind kind;
} SecretLabel;

/* Both end with a row whose word or prefix is NULL. */
extern const SecretLabel secret_labels[];

/* "is" and the like, which may stand between the word and the secret. */
extern const char *const secret_verbs[];

typedef struct {
    const char *prefix;
    unsigned least; /* characters behind it, letters, digits and "-_." */
} SecretForm;
extern const SecretForm secret_forms[];

/* The value behind such a word, if one begins here. */
bool secret_find_labelled(const char *at, RedactSpan *span);

/* Base64 in each of its forms, and what tokens have beside it. */
bool secret_is_base64(char c);
gsize secret_base64_length(const char *at);
