/* What a person must look at in a draft before it may be sent. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    DRAFT_MARK_NUMBER,
    DRAFT_MARK_AMOUNT,
    DRAFT_MARK_DATE,
    DRAFT_MARK_TIME,
    DRAFT_MARK_LINK,
    DRAFT_MARK_ADDRESS,
    DRAFT_MARK_NAME,
    DRAFT_MARK_FOREIGN,
    DRAFT_MARK_HIDDEN,
    DRAFT_MARK_DIRECTION,
    DRAFT_MARK_MARKUP,
    DRAFT_MARK_LENGTH,
    DRAFT_MARK_LANGUAGE,
    DRAFT_MARK_UNCHECKED,
    DRAFT_MARK_KINDS
} DraftMarkKind;

/* A row per kind. */
typedef struct {
    const char *name; /* "number" */
    bool confirmable; /* a person may say that one is right; else it must be edited away */
    const char *help; /* one sentence */
} DraftMarkRow;
extern const DraftMarkRow draft_mark_kinds[DRAFT_MARK_KINDS];

typedef struct {
    DraftMarkKind kind;
    gsize start, length; /* bytes in the text, at characters; 0, 0 where it is about all of it */
    char *text;          /* what stands there, at most DRAFT_MARK_TEXT_MAX bytes */
    const char *why;     /* in plain words; static */
    bool confirmable;    /* may a person say that it is right? */
} DraftMark;

/* A text with more bytes is not checked, and a mark says so; so it does where more marks would be
 * than are kept.  Words wanted where nothing else is said; a quarter less or more is no mark. */
#define DRAFT_TEXT_MAX      (64 * 1024)
#define DRAFT_MARKS_MAX     500
#define DRAFT_MARK_TEXT_MAX 200
#define DRAFT_WORDS_MIN     150
#define DRAFT_WORDS_MAX     200

/* Lists end with NULL and may be NULL. */
typedef struct {
    const char *text;                /* hostile: a model wrote it, perhaps for an attacker */
    const char *const *sources;      /* what it may rely on: mail, thread, customer, knowledge */
    const char *const *foreign;      /* replies to others, which the model saw as examples */
    const char *const *link_domains; /* where links may lead, subdomains included; elsewhere a mark
                                        that can't be confirmed */
    const char *const *addresses;    /* known ones: the mailbox's, the customer's */
    guint words_min, words_max;      /* both 0: DRAFT_WORDS_MIN and _MAX */
    const char *language;            /* expected: ISO 639-1; "" or NULL: any */
} DraftInput;

/* DraftMark*, in order of position.  Nothing is judged but whether it can be traced: a draft
 * without marks may still be wrong.  Linear but for sorting.  Never NULL; caller unrefs.  Any
 * thread. */
GPtrArray *draft_check(const DraftInput *input);
