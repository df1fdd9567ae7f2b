/** What differs between hosts in the texts that go to and fro: the recording has marks in its place. */
export class Names {
  #release = "";
  #job = "";

  constructor(
    readonly label: string,
    readonly address: string,
  ) {}

  /** Takes the names out of what is sent to the host, and remembers those that are made anew for each. */
  out(text: string): string {
    return text
      .replace(releaseOf(this.address), (id) => {
        this.#release = id;
        return "@RELEASE@";
      })
      .replace(job, (id) => {
        this.#job = id;
        return "@JOB@";
      })
      .replaceAll(this.address, "@ADDRESS@")
      .replaceAll(this.label, "@LABEL@");
  }

  /** Puts this host's names into an answer. */
  back(text: string): string {
    return text
      .replaceAll("@RELEASE@", this.#release)
      .replaceAll("@JOB@", this.#job)
      .replaceAll("@ADDRESS@", this.address)
      .replaceAll("@LABEL@", this.label);
  }
}

const job = /\d{8}T\d{6}-[0-9a-f]{6}/g;
const releaseOf = (address: string) => new RegExp(`${address.replaceAll(".", "\\.")}:[\\w.-]+:[0-9a-f]{8}\\b`, "g");
