/** By code: what happened, and what to do; figures stand in braces. */
export type Errors = Readonly<Record<`HW_${string}`, readonly [message: string, action: string]>>;
