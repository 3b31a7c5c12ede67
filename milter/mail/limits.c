/* The limits of reading where no site says otherwise: the defaults of its settings. */
#include "mail/message.h"

const MailLimits mail_limits_default = {
    .max_header_bytes = 256 * 1024,
    .max_parts = 1000,
    .max_depth = 30,
    .max_text_bytes = 256 * 1024,
    .max_work = 128 * 1024 * 1024,
};
