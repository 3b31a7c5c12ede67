/* What the site knows, for drafted answers: a folder of Markdown files, as passages that can be
 * found by the words of a mail.  The folder is the truth; an SQLite file beside the store is its
 * index, made anew whenever the folder changes, and replaced whole. */
#pragma once

#include "base/diag.h"

#include <stdbool.h>

/* The most that is taken; what is above is said to be left out. */
#define KNOWLEDGE_FILES_MAX      10000
#define KNOWLEDGE_FILE_MAX_BYTES (1024 * 1024)
#define KNOWLEDGE_PASSAGES_MAX   100000
#define KNOWLEDGE_DEPTH_MAX      8 /* levels of folders */

typedef struct {
    bool built; /* was it, or was the old one current? */
    guint files, passages;
} KnowledgeCount;

/* Builds the index PATH from the files *.md and *.markdown below FOLDER and renames it into place;
 * until then the old one serves.  Hidden files and folders, and links to folders, are not looked
 * at.  What is left out and why is in `diags`, with file and line, and so is a mailbox in front
 * matter that is none of `mailboxes` (NULL-terminated).  TRIAGE_ERROR_INPUT: the folder can't be
 * read; _STORE, _SYSTEM: the file can't be written; PATH is then as it was.  Any thread; two at
 * once do no harm. */
bool knowledge_build(const char *folder, const char *path, const char *const *mailboxes,
                     Diags *diags, KnowledgeCount *count, GError **error);

/* Was the index made of the folder as it is now: the same names, sizes and times of files?  False
 * also if there is no index, or one of another version. */
bool knowledge_is_current(const char *folder, const char *path);

/* knowledge_build(), if the index isn't current; costs a look at each file's name when it is. */
bool knowledge_refresh(const char *folder, const char *path, const char *const *mailboxes,
                       Diags *diags, KnowledgeCount *count, GError **error);

typedef struct {
    char *source;  /* "billing/refunds.md#Billing > Refunds", without '#' if it has no headings */
    int line;      /* of the file, where the passage begins */
    char *text;    /* Markdown, at most some 1500 bytes */
    double score;  /* the higher the better; only comparable within one search */
    gint64 tokens; /* of source and text, as context_tokens() has it */
} Passage;

void passage_free(Passage *passage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Passage, passage_free)

typedef struct Knowledge Knowledge;

/* Opens the index read-only; TRIAGE_ERROR_STORE if it isn't there or can't serve.  It is opened
 * anew when it has been replaced. */
Knowledge *knowledge_open(const char *path, GError **error);
void knowledge_close(Knowledge *knowledge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Knowledge, knowledge_close)

/* The passages that fit `text` best (subject and new text of a mail, say; whatever stands in it, it
 * is words): at most `max`, together at most `budget` tokens, the best first.  Those for other
 * mailboxes than `mailbox` are left out; NULL leaves out none.  An empty array if nothing fits;
 * NULL and an error (TRIAGE_ERROR_BUSY, _STORE) only if the index can't be read.  Any thread.
 * Array of Passage*, which the caller frees. */
GPtrArray *knowledge_search(Knowledge *knowledge, const char *text, const char *mailbox,
                            gint64 budget, guint max, GError **error);
