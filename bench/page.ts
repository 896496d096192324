/** The place of a table in a page, marks included; its first group is what is in it. */
export const placeOf = (name: string): RegExp => new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- end -->`);

/** The page with a table in the place of the old one, between `<!-- name -->` and `<!-- end -->`. */
export function insertTable(page: string, table: string, name = 'table'): string {
  return page.replace(placeOf(name), () => `<!-- ${name} -->\n\n${table}\n\n<!-- end -->`);
}
