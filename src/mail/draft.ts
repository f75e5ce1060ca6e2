/** A letter before it is set as text and as HTML. All of it is plain text in the recipient's language. */
export type Draft = {
  subject: string;
  /** What mailboxes show beside the subject. */
  preview: string;
  title: string;
  blocks: readonly Block[];
};

export type Block =
  | { kind: "paragraph"; text: string }
  /** From whom to whom roles pass. */
  | { kind: "handover"; from: Holder; to: Holder }
  | { kind: "facts"; rows: readonly { label: string; value: string }[] }
  | { kind: "list"; items: readonly string[] }
  | { kind: "code"; label: string; code: string; hint: string }
  /** A button; in the text part the link stands alone on its line (§7). */
  | { kind: "action"; label: string; url: string }
  | { kind: "note"; title: string; text: string };

/** Somebody in a handover, with what he is in it ("today", "from then on"). */
export type Holder = { label: string; name: string; handle: string };

/** Whose letter it is: a name, and the host of the links. */
export type Sender = { name: string; host: string };
