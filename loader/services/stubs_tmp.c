#include "services_commands.h"
#include "failure.h"
int command_services_apply(const struct instance *i, const char *s){(void)i;(void)s;return fail(NULL,"later");}
int command_services_serve(const struct instance *i){(void)i;return fail(NULL,"later");}
int command_services_status(const struct instance *i){(void)i;return fail(NULL,"later");}
int command_services_detach(const struct instance *i){(void)i;return fail(NULL,"later");}
