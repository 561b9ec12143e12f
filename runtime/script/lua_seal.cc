// Reaches into Lua's internals, hence compiled with Lua's sources and not with Hone's warnings.
//
// The VM looks a metamethod up by its name, a short string that is compared by address. A name of
// more than 40 bytes is a long string, whose address no short key ever equals: the lookup always
// misses.
#include "lgc.h"
#include "lobject.h"
#include "lopcodes.h"
#include "lprefix.h"
#include "lstate.h"
#include "lstring.h"
#include "ltm.h"

namespace hone {

void SealMetamethods(lua_State* L) {
  static const char kName[] =
      "a name that is longer than any short string of Lua can be, so never equal";
  const TMS events[] = {TM_MODE, TM_GC};
  for (const TMS event : events) {
    TString* name = luaS_newlstr(L, kName, sizeof(kName) - 1);
    luaC_fix(L, obj2gco(name));
    G(L)->tmname[event] = name;
  }
}

// A tail call is the call it was compiled from, with another opcode and a count of parameters where
// the count of results was; the return after it is there in any case.
static void RemoveTailCallsOf(Proto* function) {
  for (int i = 0; i < function->sizecode; ++i) {
    Instruction& instruction = function->code[i];
    if (GET_OPCODE(instruction) != OP_TAILCALL) continue;
    SET_OPCODE(instruction, OP_CALL);
    SETARG_C(instruction, 0);  // all results
    SETARG_k(instruction, 0);
  }
  for (int i = 0; i < function->sizep; ++i) RemoveTailCallsOf(function->p[i]);
}

void RemoveTailCalls(lua_State* L) { RemoveTailCallsOf(clLvalue(s2v(L->top - 1))->p); }

}  // namespace hone
