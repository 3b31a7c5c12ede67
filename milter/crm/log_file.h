/* Private to crm/: the file of our own interactions, for who reads it. */
#pragma once

#include "crm/log.h"

#define CRM_LOG_VERSION 1

/* PATH.timeline.  Caller frees. */
char *crm_log_path(const char *path);
