/* The limits of reading, and their settings: top-level words of the configuration.  The defaults
 * stand twice, as values and as written in a file; a test holds them together. */
#include "mail/message.h"

const MailLimits mail_limits_default = {
    .max_header_bytes = 256 * 1024,
    .max_parts = 1000,
    .max_depth = 30,
    .max_text_bytes = 256 * 1024,
};

static const Setting rows[] = {
    SETTING_SIZE("max_header_bytes", MailLimits, max_header_bytes, "256k", 16 * 1024, 4096 * 1024,
                 "How much of a mail's header section is read; the rest is dropped."),
    SETTING_COUNT("max_parts", MailLimits, max_parts, "1000", 10, 10000,
                  "How many separator lines of MIME parts are read; a mail with more ends there."),
    SETTING_COUNT("max_depth", MailLimits, max_depth, "30", 3, 200,
                  "How deep nested parts are looked into; deeper ones are attachments."),
    SETTING_SIZE("max_text_bytes", MailLimits, max_text_bytes, "256k", 4 * 1024, 4096 * 1024,
                 "How much text of a mail is read, quoted text included."),
    { .name = NULL },
};

const SettingsTable mail_limits_settings = {
    .block = "",
    .size = sizeof(MailLimits),
    .rows = rows,
    .help = "Limits of what is read of a mail.",
};
