// Server-sent events, cut out of the text of a response.

/** An event that is longer ends the stream: nobody can read that much, and it would take all memory. */
const MAX_EVENT = 16 * 1024 * 1024;

/** Takes text as it comes, and returns the data of each event that is complete. */
export class EventReader {
  /** The pieces of a line whose end has not come. */
  private rest: string[] = [];
  private length = 0;
  private data: string[] = [];
  private dataLength = 0;

  push(text: string): string[] {
    this.rest.push(text);
    this.length += text.length;
    if (this.length > MAX_EVENT) throw new Error('an item is too large');
    // To look for lines in a long one again with each piece of it would take very long.
    if (!/[\r\n]/.test(text)) return [];
    const lines = this.rest.join('').split(/\r\n|\n|\r(?!$)/);
    const rest = lines.pop() ?? '';
    [this.rest, this.length] = [[rest], rest.length];
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): string[] {
    if (line === '') {
      const data = this.data;
      [this.data, this.dataLength] = [[], 0];
      return data.length === 0 ? [] : [data.join('\n')];
    }
    if (line.startsWith('data:')) this.data.push(line.slice(line[5] === ' ' ? 6 : 5));
    this.dataLength += line.length;
    if (this.dataLength > MAX_EVENT) throw new Error('an item is too large');
    return [];
  }
}
