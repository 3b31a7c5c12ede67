/* What is wrong about an attachment: a program, by its content or by its name; one that poses as a
 * document; content that isn't what its type says; a name that is shown backwards.  Honest mail has
 * none of it, except programs.  Pure; any thread. */
#include "mail/attachment.h"
#include "mail/findings.h"

#include <string.h>

#define BIDI_CONTROLS "\u202A\u202B\u202D\u202E\u2066\u2067\u2068"

/* What Windows runs, or opens so that it runs something. */
static const char *const program_endings[] = { ".exe", ".scr", ".com", ".bat", ".cmd", ".pif",
                                               ".js",  ".jse", ".vbs", ".vbe", ".wsf", ".wsh",
                                               ".hta", ".ps1", ".jar", ".msi", ".lnk", ".cpl",
                                               ".dll", ".reg", ".iso", ".img", ".vhd", ".chm",
                                               ".scf", ".apk", ".dmg", ".app", ".appx" };

static const char *const document_endings[] = {
    ".pdf",  ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".txt", ".pptx", ".jpg",
    ".jpeg", ".png", ".gif",  ".csv", ".rtf",  ".odt", ".mp3", ".mp4",  ".html"
};

static bool ends_with_one(const char *name, const char *const *endings, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_has_suffix(name, endings[i]))
            return true;
    return false;
}

static bool is_document_name(const char *name)
{
    return ends_with_one(name, document_endings, G_N_ELEMENTS(document_endings));
}

static bool is_program_name(const char *name)
{
    return ends_with_one(name, program_endings, G_N_ELEMENTS(program_endings));
}

/* "invoice.pdf   .exe": what stands before the last ending, blanks taken off. */
static bool has_two_endings(const char *name)
{
    const char *dot = strrchr(name, '.');
    g_autofree char *before = dot ? g_strchomp(g_strndup(name, (gsize)(dot - name))) : NULL;

    return before && is_program_name(name) && is_document_name(before);
}

static bool has_bidi_control(const char *name)
{
    for (; *name; name = g_utf8_next_char(name))
        if (g_utf8_strchr(BIDI_CONTROLS, -1, g_utf8_get_char(name)))
            return true;
    return false;
}

static bool claims_document(const char *type)
{
    return strcmp(type, "application/pdf") == 0 || g_str_has_prefix(type, "image/") ||
           g_str_has_prefix(type, "audio/") || g_str_has_prefix(type, "video/");
}

/* Only types that are known well by their content are held to their claim. */
static bool content_differs(const Attachment *attachment)
{
    const char *slash = strchr(attachment->claimed_type, '/');
    gsize family = slash ? (gsize)(slash - attachment->claimed_type) + 1 : 0;

    if (attachment->type[0] == '\0' || !claims_document(attachment->claimed_type))
        return false;
    if (family == strlen("application/"))
        return strcmp(attachment->type, attachment->claimed_type) != 0;
    return strncmp(attachment->type, attachment->claimed_type, family) != 0 &&
           !g_str_has_prefix(attachment->type, "video/") &&
           !g_str_has_prefix(attachment->type, "audio/");
}

void attachment_note(const Attachment *attachment, Message *message)
{
    g_autofree char *name = g_ascii_strdown(attachment->name, -1);
    bool runs = attachment_is_program(attachment->type);

    if (runs || is_program_name(name))
        finding_suspicious(message, "an attachment is a program");
    if (has_two_endings(name) ||
        (runs && (is_document_name(name) || claims_document(attachment->claimed_type))))
        finding_suspicious(message, "an attachment poses as a document");
    else if (content_differs(attachment))
        finding_suspicious(message, "an attachment is not what it claims to be");
    if (has_bidi_control(attachment->name))
        finding_suspicious(message, "a file name is written backwards");
}
