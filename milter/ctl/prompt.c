/* prompt list. */
#include "ctl/shared.h"

int ctl_prompt_list(Ctl *ctl)
{
    const Site *site = ctl_site(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    for (const char *const *name = prompts_names(site->prompt_set); *name != NULL; name++) {
        const Prompt *prompt = prompts_active(site->prompt_set, *name);
        if (prompt != NULL)
            ctl_say(ctl, "%-16s %-20s %.12s", *name, prompt->id, prompt->digest);
        else
            ctl_say(ctl, "%-16s none active", *name);
    }
    return CTL_GOOD;
}
