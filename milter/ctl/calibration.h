/* Private to ctl/: what `stats show --calibration` says. */
#pragma once

#include "ctl/shared.h"

/* Of the looks that count at `now` (epoch seconds); returns the exit code. */
int ctl_calibration_show(Ctl *ctl, gint64 now);
