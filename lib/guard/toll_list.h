/* toll_list.h - prefixes of numbers in a trie of digits: as many steps as the number has digits,
 * however many prefixes there are. */
#ifndef ZTI_GUARD_TOLL_LIST_H
#define ZTI_GUARD_TOLL_LIST_H

#include <zerotrunk/rules.h>
#include "guard/rules_number.h"

/* The kind of the longest prefix and its length; 0: there is none. */
uint32_t zti_toll_list_look(const ztrunk_toll_list *list, const zti_number *number,
                            uint32_t *digits);

#endif
