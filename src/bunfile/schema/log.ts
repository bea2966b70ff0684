/** How much of the program's output is kept. */
import { MAX_LOG_FILES, MIN_LOG_SIZE_BYTES } from "../../base/log_bounds.ts";
import { object, optional } from "../../yaml/types/object.ts";
import { integer, size } from "../../yaml/types/scalar.ts";

/** undefined: as the environment says. */
export const log = object({
  max_size: optional(size({ min: MIN_LOG_SIZE_BYTES }), {
    about: "The size at which a file of the log is put aside and a new one begun.",
    example: "1m",
    otherwise: "`BUDGIE_LOG_MAX_SIZE`, or 10m",
  }),
  max_files: optional(integer({ min: 1, max: MAX_LOG_FILES }), {
    about: "How many files are kept, the newest included.",
    example: "5",
    otherwise: "`BUDGIE_LOG_MAX_FILES`, or 3",
  }),
}, {
  elsewhere: {
    "max-size": "max_size",
    "max-file": "max_files",
    max_file: "max_files",
    options: "its keys directly",
  },
});
