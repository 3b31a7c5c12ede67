#pragma once

#include "base/settings.h"

/* A number as it would be written in a file, with the largest unit that leaves it whole.  Caller
 * frees. */
char *settings_number_text(const Setting *row, double number);
