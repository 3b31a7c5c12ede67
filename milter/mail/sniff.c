/* What a file is by its first bytes: the kinds that arrive at support addresses, and those that
 * pretend to be one. */
#include "mail/attachment.h"

#include <string.h>

#define PROGRAM_WINDOWS "application/vnd.microsoft.portable-executable"
#define PROGRAM_ELF     "application/x-elf"
#define PROGRAM_SCRIPT  "text/x-shellscript"

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

static const Magic magics[] = {
    MAGIC(0, "%PDF-", "application/pdf"),
    MAGIC(0, "\x89PNG\r\n\x1A\n", "image/png"),
    MAGIC(0, "\xFF\xD8\xFF", "image/jpeg"),
    MAGIC(0, "GIF8", "image/gif"),
    MAGIC(8, "WEBP", "image/webp"),
    MAGIC(0, "II*\0", "image/tiff"),
    MAGIC(0, "MM\0*", "image/tiff"),
    MAGIC(4, "ftypheic", "image/heic"),
    MAGIC(4, "ftyp", "video/mp4"),
    MAGIC(8, "WAVE", "audio/wav"),
    MAGIC(0, "OggS", "audio/ogg"),
    MAGIC(0, "ID3", "audio/mpeg"),
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage"),
    MAGIC(0, "{\\rtf", "application/rtf"),
    MAGIC(0, "\x1F\x8B", "application/gzip"),
    MAGIC(0, "BZh", "application/x-bzip2"),
    MAGIC(0,
          "\xFD"
          "7zXZ\0",
          "application/x-xz"),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
    MAGIC(0, "Rar!\x1A\x07", "application/vnd.rar"),
    MAGIC(0, "MZ", PROGRAM_WINDOWS),
    MAGIC(0,
          "\x7F"
          "ELF",
          PROGRAM_ELF),
    MAGIC(0, "#!", PROGRAM_SCRIPT),
    MAGIC(0, "\x78\x9F\x3E\x22", "application/vnd.ms-tnef"),
    MAGIC(0, "BEGIN:VCALENDAR", "text/calendar"),
    MAGIC(0, "BEGIN:VCARD", "text/vcard"),
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
    { "application/epub+zip", "application/epub+zip" },
    { "META-INF/MANIFEST.MF", "application/java-archive" },
};

static const char *sniff_zip(const char *head, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(packages); i++)
        if (memmem(head, length, packages[i].name, strlen(packages[i].name)))
            return packages[i].type;
    return "application/zip";
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
    return "";
}

bool attachment_is_program(const char *type)
{
    return strcmp(type, PROGRAM_WINDOWS) == 0 || strcmp(type, PROGRAM_ELF) == 0 ||
           strcmp(type, PROGRAM_SCRIPT) == 0 || strcmp(type, "application/java-archive") == 0;
}
