#include "policy.h"
#include <stdlib.h>
#include "perimeter.h"
#include "sources.h"
#include "toll.h"
#include "verdict.h"

struct policy {
    struct sources *sources;
    struct perimeter *perimeter;
    struct verdicts *verdicts;
    struct toll_plan *toll;
};

struct policy *policy_new(struct daemon *d, const struct config *config)
{
    struct policy *made = calloc(1, sizeof *made);

    if (made == NULL) return NULL;
    made->sources = sources_new(d, config);
    made->perimeter = perimeter_new(d, config);
    made->verdicts = verdicts_new(d, config);
    made->toll = toll_plan_new(d, config);
    if (made->sources != NULL && made->perimeter != NULL && made->verdicts != NULL &&
        made->toll != NULL)
        return made;
    sources_free(made->sources);
    perimeter_free(made->perimeter);
    verdicts_free(made->verdicts);
    toll_plan_free(made->toll);
    free(made);
    return NULL;
}

void policy_adopt(struct daemon *d, struct policy *policy)
{
    sources_free(d->sources);
    perimeter_free(d->perimeter);
    verdicts_free(d->verdicts);
    d->sources = policy->sources;
    d->perimeter = policy->perimeter;
    d->verdicts = policy->verdicts;
    toll_plan_adopt(d, policy->toll);
    free(policy);
}
