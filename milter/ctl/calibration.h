/* Private to ctl/: what `stats show --calibration` says. */
#pragma once

#include "ctl/shared.h"

/* Of looks at `since` (epoch seconds) or later; returns the exit code. */
int ctl_calibration_show(Ctl *ctl, gint64 since);
