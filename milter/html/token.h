/* HTML as a row of tags and text, cut as browsers cut it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { HTML_TEXT, HTML_START_TAG, HTML_END_TAG } HtmlTokenType;

/* The attributes that matter here; all others are stepped over. */
typedef enum {
    HTML_ALT,
    HTML_BACKGROUND,
    HTML_BGCOLOR,
    HTML_CLASS,
    HTML_COLOR,
    HTML_DATA_MARKER,
    HTML_HEIGHT,
    HTML_HIDDEN,
    HTML_HREF,
    HTML_ID,
    HTML_MEDIA,
    HTML_NAME,
    HTML_SELECTED,
    HTML_START,
    HTML_STYLE,
    HTML_TEXT_COLOR,
    HTML_VALUE,
    HTML_WIDTH,
    HTML_ATTRIBUTES
} HtmlAttribute;

typedef struct {
    const char *at; /* into the input; NULL if there is none */
    gsize length;
} HtmlSlice;

/* Longer names are cut; no element that is known has one. */
#define HTML_NAME_MAX 15

typedef struct {
    HtmlTokenType type;
    char name[HTML_NAME_MAX + 1]; /* of a tag, in lower case */
    HtmlSlice text;
    bool literal; /* no character references stand in the text */
    HtmlSlice attributes[HTML_ATTRIBUTES];
} HtmlToken;

typedef struct {
    const char *at, *end;
    char raw[HTML_NAME_MAX + 1]; /* the open element that holds nothing but text, "" if none */
    HtmlToken token;             /* the last one that was read */
} HtmlTokens;

/* The next token is in tokens->token; false at the end. */
bool html_token_next(HtmlTokens *tokens);

/* The number that an attribute begins with, at most a million; `otherwise` if it doesn't. */
guint html_token_number(const HtmlToken *tag, HtmlAttribute attribute, guint otherwise);
