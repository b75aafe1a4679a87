/** No id of a snapshot's part is the id of a part of the thing as it is: caches go by ids alone. */
export const below = <Id extends string>(id: Id, mark: string | number): Id => `${id}@${mark}` as Id
