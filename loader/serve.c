#include "commands.h"
int command_serve(const struct instance *instance, enum attach_mode mode){(void)instance;(void)mode;return 0;}
int command_hold(const struct instance *instance, char **interfaces, int count, enum attach_mode mode){(void)instance;(void)mode;(void)interfaces;(void)count;return 0;}
