/** Shell and python programs are real files (so that shellcheck and editors see them) and are imported as text. */
declare module "*.sh" {
  const text: string;
  export default text;
}
declare module "*.py" {
  const text: string;
  export default text;
}
