#pragma once
#include <sys/prctl.h>

/* prctl takes a variable number of arguments, so Swift cannot call it. */
static inline int become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L); }
