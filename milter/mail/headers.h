/* The header section of a mail, as fields and as what they say. */
#pragma once

#include "mail/gmime.h"
#include "mail/parts.h"

/* Fields that are kept; the rest is a finding. */
#define HEADER_FIELDS_MAX 1000

/* Addresses that are kept of one kind, and references. */
#define HEADER_ADDRESSES_MAX  1000
#define HEADER_REFERENCES_MAX 100

/* HeaderField* of the mail, top first. */
GPtrArray *header_fields(GMimeMessage *mail, Message *message);

/* Sets from to date, spam, and adds findings. */
void headers_read(GMimeMessage *mail, const HeaderView *view, Message *message);
