/* The way of a mail, by its Received fields. */
#pragma once

#include "mail/headers.h"

void hop_free(Hop *hop);

/* Hop*, topmost first, of the first HOPS_MAX Received fields. */
GPtrArray *hops_read(const HeaderView *view);
