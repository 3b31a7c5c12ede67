/* Tag lists, "a=b; c=d" (RFC 6376 3.2, RFC 8616 6): what signatures, seals and key records are
 * written in. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* A list with more tags is malformed. */
#define TAGS_MAX 64

typedef struct {
    const char *name;
    gsize name_length;
    const char *value; /* without the white space around it */
    gsize length;
    const char *after_equals, *end; /* the value with it: up to the ';' or the end of the list */
} Tag;

typedef struct {
    Tag tags[TAGS_MAX];
    gsize count;
} TagList;

/* Points into text[0..length).  False if it is malformed: a name twice, an empty item, a character
 * that may not stand there, a line end without a blank after it. */
bool tag_list_parse(TagList *list, const char *text, gsize length);
/* NULL if there is none; names are compared with case. */
const Tag *tag_list_find(const TagList *list, const char *name);

/* The value as text.  Caller frees. */
char *tag_text(const Tag *tag);
/* The value without any white space.  Caller frees. */
char *tag_compact(const Tag *tag);
/* Is the value this word, in any case? */
bool tag_is(const Tag *tag, const char *word);
/* Is one of the words between the colons this one, in any case? */
bool tag_holds(const Tag *tag, const char *word);
/* The bytes that the value, base64 with white space anywhere, stands for; NULL if it is malformed
 * or empty. */
GBytes *tag_bytes(const Tag *tag);
