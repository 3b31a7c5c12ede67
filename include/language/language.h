/* What is known of each language that mails and replies are written in: a row each, so that a new
 * language is a row; and the rows turned round, from a word to what it is. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Words and phrases in lower case between '|', forms of one month or weekday between '/'. */
typedef struct {
    const char *code;        /* ISO 639-1 */
    const char *common;      /* words that every text of it has, pronouns that it writes large */
    const char *greetings;   /* how a reply begins */
    const char *closings;    /* how it ends */
    const char *titles;      /* what stands before a name and is none */
    const char *generic;     /* who may be greeted without one */
    const char *months;      /* twelve */
    const char *weekdays;    /* seven, from Monday */
    const char *replies;     /* what mail programs put before a subject, without the colon */
    const char *attribution; /* {when} and {who}: the line above a quotation */
} ReplyLanguage;

extern const ReplyLanguage reply_languages[];
extern const gsize reply_language_count; /* at most 32, a bit of guint32 for each */

/* The row of "de", "DE" or "de-AT", NULL if there is none. */
const ReplyLanguage *reply_language(const char *code);

typedef enum {
    ROLE_COMMON,
    ROLE_GREETING,
    ROLE_CLOSING,
    ROLE_TITLE,
    ROLE_GENERIC,
    ROLE_MONTH,
    ROLE_WEEKDAY,
    ROLE_COUNT
} WordRole;

/* What a word or a phrase is, in any of the languages. */
typedef struct {
    guint32 languages[ROLE_COUNT]; /* bits of rows */
    guint8 number;                 /* of a month from 1, of a weekday from 1; 0 if it is neither */
} WordRoles;

/* By its hash (language/word.h); NULL for a word of no row. */
const WordRoles *reply_word_roles(guint64 hash);
/* Is it one of those in any language? */
bool reply_word_is(guint64 hash, WordRole role);
