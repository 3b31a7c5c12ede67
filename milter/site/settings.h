/* The settings tables of the site: top level and blocks. */
#pragma once

#include "site/site.h"

extern const SettingsTable site_settings, mailbox_settings, llm_settings, brand_settings,
    notify_settings, trust_settings;
