/** The version of this budgie; a release changes this line and nothing else. */
export const VERSION = "0.1.0";
