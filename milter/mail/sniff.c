/* What a file is by its first bytes: the kinds that arrive at support addresses, and those that
 * pretend to be one. */
#include "mail/attachment.h"

#include <string.h>

#define PROGRAM_WINDOWS "application/vnd.microsoft.portable-executable"
#define PROGRAM_ELF     "application/x-elf"
#define PROGRAM_MAC     "application/x-mach-binary"
#define PROGRAM_SCRIPT  "text/x-shellscript"
#define PROGRAM_JAVA    "application/java-vm"
#define PROGRAM_LINK    "application/x-ms-shortcut"
#define PROGRAM_NOTE    "application/onenote"

typedef struct {
    gsize offset;
    const char *bytes;
    gsize length;
    const char *type;
} Magic;

#define MAGIC(at, text, name)                                                                      \
    {                                                                                              \
        at, text, sizeof(text) - 1, name                                                           \
    }

/* The first that fits is taken. */
static const Magic magics[] = {
    MAGIC(0, "%PDF-", "application/pdf"),
    MAGIC(0, "%!PS", "application/postscript"),
    MAGIC(0, "\x89PNG\r\n\x1A\n", "image/png"),
    MAGIC(0, "\xFF\xD8\xFF", "image/jpeg"),
    MAGIC(0, "GIF8", "image/gif"),
    MAGIC(8, "WEBP", "image/webp"),
    MAGIC(0, "II*\0", "image/tiff"),
    MAGIC(0, "MM\0*", "image/tiff"),
    MAGIC(0, "8BPS", "image/vnd.adobe.photoshop"),
    MAGIC(4, "ftypheic", "image/heic"),
    MAGIC(4, "ftypheix", "image/heic"),
    MAGIC(4, "ftypmif1", "image/heif"),
    MAGIC(4, "ftypavif", "image/avif"),
    MAGIC(4, "ftypqt", "video/quicktime"),
    MAGIC(4, "ftypM4A", "audio/mp4"),
    MAGIC(4, "ftyp", "video/mp4"),
    MAGIC(0, "\x1A\x45\xDF\xA3", "video/webm"),
    MAGIC(8, "AVI ", "video/x-msvideo"),
    MAGIC(8, "WAVE", "audio/wav"),
    MAGIC(0, "OggS", "audio/ogg"),
    MAGIC(0, "fLaC", "audio/flac"),
    MAGIC(0, "#!AMR", "audio/amr"),
    MAGIC(0, "ID3", "audio/mpeg"),
    MAGIC(0, "\xFF\xFB", "audio/mpeg"),
    MAGIC(0, "\xFF\xF3", "audio/mpeg"),
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage"),
    MAGIC(0, "{\\rtf", "application/rtf"),
    MAGIC(0, "\x1F\x8B", "application/gzip"),
    MAGIC(0, "BZh", "application/x-bzip2"),
    MAGIC(0, "\xFD\x37zXZ\0", "application/x-xz"),
    MAGIC(0, "\x28\xB5\x2F\xFD", "application/zstd"),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
    MAGIC(0, "Rar!\x1A\x07", "application/vnd.rar"),
    MAGIC(0, "MSCF", "application/vnd.ms-cab-compressed"),
    MAGIC(257, "ustar", "application/x-tar"),
    MAGIC(32769, "CD001", "application/x-iso9660-image"),
    MAGIC(0, "SQLite format 3\0", "application/vnd.sqlite3"),
    MAGIC(0, "MZ", PROGRAM_WINDOWS),
    MAGIC(0, "\x7F\x45LF", PROGRAM_ELF),
    MAGIC(0, "\xCF\xFA\xED\xFE", PROGRAM_MAC),
    MAGIC(0, "\xCE\xFA\xED\xFE", PROGRAM_MAC),
    MAGIC(0, "\xCA\xFE\xBA\xBE\0\0\0\x02", PROGRAM_MAC),
    MAGIC(0, "\xCA\xFE\xBA\xBE", PROGRAM_JAVA),
    MAGIC(0, "L\0\0\0\x01\x14\x02\0", PROGRAM_LINK),
    MAGIC(0, "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D", PROGRAM_NOTE),
    MAGIC(0, "#!", PROGRAM_SCRIPT),
    MAGIC(0, "\x78\x9F\x3E\x22", "application/vnd.ms-tnef"),
    MAGIC(0, "BEGIN:VCALENDAR", "text/calendar"),
    MAGIC(0, "BEGIN:VCARD", "text/vcard"),
    MAGIC(0, "Received: ", "message/rfc822"),
    MAGIC(0, "Return-Path: ", "message/rfc822"),
    MAGIC(0, "Delivered-To: ", "message/rfc822"),
};

/* What is inside a zip, by the names that stand in its first entries. */
static const struct {
    const char *name;
    const char *type;
} packages[] = {
    { "word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { "xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { "ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
    { "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text" },
    { "application/vnd.oasis.opendocument.spreadsheet",
      "application/vnd.oasis.opendocument.spreadsheet" },
    { "application/vnd.oasis.opendocument.presentation",
      "application/vnd.oasis.opendocument.presentation" },
    { "application/epub+zip", "application/epub+zip" },
    { "AndroidManifest.xml", "application/vnd.android.package-archive" },
    { "META-INF/MANIFEST.MF", "application/java-archive" },
};

/* How markup begins, in lower case. */
static const struct {
    const char *start;
    const char *type;
} markups[] = {
    { "<!doctype html", "text/html" },
    { "<html", "text/html" },
    { "<head", "text/html" },
    { "<body", "text/html" },
    { "<script", "text/html" },
    { "<svg", "image/svg+xml" },
    { "<!doctype svg", "image/svg+xml" },
};

static const char *const programs[] = { PROGRAM_WINDOWS,
                                        PROGRAM_ELF,
                                        PROGRAM_MAC,
                                        PROGRAM_SCRIPT,
                                        PROGRAM_JAVA,
                                        PROGRAM_LINK,
                                        "application/java-archive",
                                        "application/vnd.android.package-archive" };

static const char *sniff_zip(const char *head, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(packages); i++)
        if (memmem(head, length, packages[i].name, strlen(packages[i].name)))
            return packages[i].type;
    return "application/zip";
}

/* Markup stands behind a byte order mark and blanks; XML is looked into for a picture. */
static const char *sniff_markup(const char *head, gsize length)
{
    gsize at = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < length && g_ascii_isspace(head[at]))
        at++;
    for (gsize i = 0; i < G_N_ELEMENTS(markups); i++)
        if (length - at >= strlen(markups[i].start) &&
            g_ascii_strncasecmp(head + at, markups[i].start, strlen(markups[i].start)) == 0)
            return markups[i].type;
    if (length - at < 5 || g_ascii_strncasecmp(head + at, "<?xml", 5) != 0)
        return "";
    return memmem(head + at, MIN(length - at, 1024), "<svg", 4) ? "image/svg+xml" : "text/xml";
}

const char *attachment_sniff(const char *head, gsize length)
{
    if (length >= 4 && memcmp(head, "PK\x03\x04", 4) == 0)
        return sniff_zip(head, length);
    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++) {
        const Magic *magic = &magics[i];

        if (length >= magic->offset + magic->length &&
            memcmp(head + magic->offset, magic->bytes, magic->length) == 0)
            return magic->type;
    }
    return sniff_markup(head, length);
}

bool attachment_is_program(const char *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++)
        if (strcmp(type, programs[i]) == 0)
            return true;
    return false;
}
