/** Commands about images, by themselves and in their group. */
import type { CommandEntry } from "../command_entry.ts";

export const images: CommandEntry = {
  name: "images",
  summary: "List images",
  load: async () => (await import("../commands/images.ts")).defineImages,
};
export const pull: CommandEntry = {
  name: "pull",
  summary: "Download an image from a registry",
  load: async () => (await import("../commands/pull.ts")).definePull,
};
export const push: CommandEntry = {
  name: "push",
  summary: "Upload an image to a registry",
  load: async () => (await import("../commands/push.ts")).definePush,
};
export const importImage: CommandEntry = {
  name: "import",
  summary: "Make an image from a root file system in a tar archive",
  load: async () => (await import("../commands/import.ts")).defineImport,
};
export const tag: CommandEntry = {
  name: "tag",
  summary: "Create a tag TARGET that refers to image SOURCE",
  load: async () => (await import("../commands/tag.ts")).defineTag,
};
export const rmi: CommandEntry = {
  name: "rmi",
  summary: "Remove one or more images",
  load: async () => (await import("../commands/rmi.ts")).defineRmi,
};
export const save: CommandEntry = {
  name: "save",
  summary: "Write images as a tar archive",
  load: async () => (await import("../commands/save.ts")).defineSave,
};
export const load: CommandEntry = {
  name: "load",
  summary: "Read images from a tar archive",
  load: async () => (await import("../commands/load.ts")).defineLoad,
};
export const history: CommandEntry = {
  name: "history",
  summary: "Show how an image came to be",
  load: async () => (await import("../commands/history.ts")).defineHistory,
};

/** The group. */
export const image: CommandEntry = {
  name: "image",
  summary: "Manage images",
  example: "budgie image prune --all",
  commands: [
    { ...images, name: "ls", aliases: ["list"] },
    {
      name: "inspect",
      summary: "Show all details of one or more images",
      load: async () => (await import("../commands/inspect.ts")).defineImageInspect,
    },
    pull,
    push,
    importImage,
    tag,
    { ...rmi, name: "rm", aliases: ["remove"] },
    save,
    load,
    history,
    {
      name: "prune",
      summary: "Remove images that nothing needs",
      load: async () => (await import("../commands/image_prune.ts")).defineImagePrune,
    },
  ],
};
