/* The elements that mail programs put around or before older mail, and around signatures.
 *
 * Most use blockquote, which needs no row here; what their outer elements hold beside it is the
 * attribution, and answers between two quotations (gmail_quote, protonmail_quote, zmail_extra,
 * moz-forward-container, freshdesk_quote).  A forwarded mail is not marked by those either.
 * Header lines stay as they are, so that they are found again in the text.  Pure; any thread. */
#include "html/quote.h"

#include <string.h>

#define STYLE_MAX  600
#define HEADER_MAX 2000

static const struct {
    HtmlAttribute attribute;
    const char *word;
    bool begins; /* more may follow the word */
    HtmlQuote quote;
} rows[] = {
    { HTML_ID, "divRplyFwdMsg", false, HTML_QUOTE_BEHIND },           /* Outlook on the web */
    { HTML_CLASS, "OutlookMessageHeader", false, HTML_QUOTE_BEHIND }, /* Outlook of old */
    { HTML_CLASS, "yahoo_quoted", false, HTML_QUOTE_INSIDE },
    { HTML_ID, "yahoo_quoted_", true, HTML_QUOTE_INSIDE },
    { HTML_NAME, "quoted-content", false, HTML_QUOTE_INSIDE },         /* GMX, web.de */
    { HTML_DATA_MARKER, "__QUOTED_TEXT__", false, HTML_QUOTE_INSIDE }, /* Zimbra */
    { HTML_ID, "isReplyContent", false, HTML_QUOTE_INSIDE },           /* NetEase */
    { HTML_CLASS, "gmail_signature", false, HTML_SIGNATURE },
    { HTML_ID, "Signature", false, HTML_SIGNATURE }, /* Outlook on the web */
    { HTML_ID, "signature", false, HTML_SIGNATURE },
    { HTML_ID, "ms-outlook-mobile-signature", false, HTML_SIGNATURE },
    { HTML_CLASS, "ms-outlook-mobile-signature", false, HTML_SIGNATURE },
    { HTML_CLASS, "protonmail_signature_block", false, HTML_SIGNATURE },
    { HTML_CLASS, "moz-signature", false, HTML_SIGNATURE }, /* Thunderbird */
    { HTML_ID, "AppleMailSignature", false, HTML_SIGNATURE },
    { HTML_CLASS, "yahoo-signature", false, HTML_SIGNATURE },
    { HTML_CLASS, "yahoo_signature", false, HTML_SIGNATURE },
    { HTML_DATA_MARKER, "__SIG_PRE__", false, HTML_SIGNATURE }, /* Zimbra */
    { HTML_DATA_MARKER, "__SIG_POST__", false, HTML_SIGNATURE },
    { HTML_ID, "_rc_sig", false, HTML_SIGNATURE },                   /* Roundcube */
    { HTML_NAME, "messageSignatureSection", false, HTML_SIGNATURE }, /* Spark */
    { HTML_ID, "bloop_sign_", true, HTML_SIGNATURE },                /* Airmail */
    { HTML_ID, "composer_signature", false, HTML_SIGNATURE },        /* Samsung */
    { HTML_CLASS, "sh-signature", false, HTML_SIGNATURE },           /* Superhuman */
    { HTML_CLASS, "mailspring-signature", false, HTML_SIGNATURE },
    { HTML_CLASS, "hs_signature", false, HTML_SIGNATURE },    /* HubSpot */
    { HTML_CLASS, "zmail_signature", false, HTML_SIGNATURE }, /* Zoho */
    { HTML_ID, "Zm-_Id_-Sgn", false, HTML_SIGNATURE },
    { HTML_CLASS, "tutanota_signature", false, HTML_SIGNATURE },
};

/* The line that Outlook draws above the header lines, in the dialects of its editions; blanks
 * removed. */
static const struct {
    const char *one, *other;
} lines[] = {
    { "border-top:solid#", "padding:3.0pt0" },
    { "border-top:solid#", "padding:3pt0" },
    { "border-top:1ptsolid", "padding:3pt0" },
    { "border-top:#b5c4df1ptsolid", "padding-top:3pt" },
    { "border-style:solidnonenone", "padding:3pt0" },
    { "border-width:1ptmedium", "padding:3pt0" },
    { "border-top-color:rgb(229,229,229)", "border-top-width:1px" },
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Outlook on the web puts "x_" before the names in what it quotes. */
static bool word_is(const char *at, gsize length, const char *word, bool begins)
{
    gsize wanted = strlen(word);

    for (; length > 2 && memcmp(at, "x_", 2) == 0; length -= 2)
        at += 2;
    return (begins ? length >= wanted : length == wanted) && memcmp(at, word, wanted) == 0;
}

static bool has_word(HtmlSlice value, const char *word, bool begins)
{
    const char *end = value.at + value.length;

    for (const char *at = value.at; at < end;) {
        const char *stop = at;

        while (stop < end && !is_blank(*stop))
            stop++;
        if (word_is(at, (gsize)(stop - at), word, begins))
            return true;
        at = stop + 1;
    }
    return false;
}

static bool draws_line(HtmlSlice style)
{
    char squeezed[STYLE_MAX + 1];
    gsize length = 0;

    if (style.length > STYLE_MAX || !memmem(style.at, style.length, "pt", 2))
        return false;
    for (gsize i = 0; i < style.length; i++)
        if (!is_blank(style.at[i]))
            squeezed[length++] = g_ascii_tolower(style.at[i]);
    squeezed[length] = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        if (strstr(squeezed, lines[i].one) && strstr(squeezed, lines[i].other))
            return true;
    return false;
}

HtmlQuote html_quote_of(const HtmlToken *tag)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        HtmlSlice value = tag->attributes[rows[i].attribute];

        if (value.length > 0 && has_word(value, rows[i].word, rows[i].begins))
            return rows[i].quote;
    }
    if (tag->attributes[HTML_STYLE].length > 0 && draws_line(tag->attributes[HTML_STYLE]))
        return HTML_QUOTE_BEHIND;
    return HTML_QUOTE_NONE;
}

bool html_quote_is_before_signature(const HtmlToken *tag)
{
    HtmlSlice id = tag->attributes[HTML_ID];

    return id.length > 0 && has_word(id, "lineBreakAtBeginningOfSignature", false);
}

bool html_quote_is_header(const char *text)
{
    guint names = 0;
    const char *end = text + strnlen(text, HEADER_MAX);

    for (const char *at = text; at < end; at++)
        names += at[0] == ':' && is_blank(at[1]);
    return names >= 2;
}
