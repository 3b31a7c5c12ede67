/* Private to prompt/: the words that announce a secret, and the forms that keys have. */
#pragma once

#include "prompt/redact_find.h"

/* What may follow such a word. */
typedef enum {
    SECRET_WORD,   /* anything after a colon; what looks made up, without one */
    SECRET_FIELD,  /* anything after a colon: the word has other senses too */
    SECRET_DIGITS, /* the same; 3 to 10 digits, without one */
    SECRET_CODES,  /* one code or a list of them, on the same line and those that follow */
    SECRET_LINE,   /* after a colon the rest of the line */
    SECRET_HEADER, /* the credentials of an HTTP Authorization field, after their scheme */
    SECRET_COOKIE, /* "name=value; name=value", after a colon */
    SECRET_USER,   /* "user:password" after an option of a command */
    SECRET_KEY     /* only what looks like a key */
} SecretLabelKind;

typedef struct {
    const char *word; /* lower case */
    SecretLabelKind kind;
} SecretLabel;

/* Both end with a row whose word or prefix is NULL. */
extern const SecretLabel secret_labels[];

/* Words that may stand between the label and the secret, several of them one after another: "is",
 * "has been set to". */
typedef enum {
    SECRET_IS,     /* "is", "was", "now" */
    SECRET_CHANGE, /* "set", "changed" */
    SECRET_TO      /* "to": after a change, what follows is taken whatever it looks like */
} SecretVerbKind;
typedef struct {
    const char *word;
    SecretVerbKind kind;
} SecretVerb;
extern const SecretVerb secret_verbs[]; /* ends with a row whose word is NULL */

/* HTTP authentication schemes, lower case; ends with a row whose name is NULL. */
typedef struct {
    const char *name;
    bool has_parameters; /* "username="tom", response=…" instead of one token */
} SecretScheme;
extern const SecretScheme secret_schemes[];

/* Addresses whose path is a credential: what follows the prefix up to a blank or quote. */
extern const char *const secret_urls[];

typedef struct {
    const char *prefix;
    int least; /* characters after it, letters, digits and "-_." */
} SecretForm;
extern const SecretForm secret_forms[];

/* The value behind such a word, if one begins here. */
bool secret_find_labelled(const char *at, RedactSpan *span);

/* Base64 in each of its forms, and what tokens have beside it. */
bool secret_is_base64(char c);
gsize secret_base64_length(const char *at);
