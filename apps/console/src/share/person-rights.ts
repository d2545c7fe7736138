/** The rights that people can choose for somebody a folder is shared with. */
export const personRights = ["read", "write", "names"] as const;
export type PersonRight = (typeof personRights)[number];

interface Rights {
  canWrite: boolean;
  hidesLinks: boolean;
}

export const rightOf = ({ canWrite, hidesLinks }: Rights): PersonRight =>
  canWrite ? "write" : hidesLinks ? "names" : "read";

export const rightsOf = (right: PersonRight): Rights => ({
  canWrite: right === "write",
  hidesLinks: right === "names",
});
