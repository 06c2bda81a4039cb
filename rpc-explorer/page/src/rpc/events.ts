// Server-sent events, cut out of the text of a response.

/** An event that is longer ends the stream: nobody can read that much, and it would take all memory. */
const MAX_EVENT = 16 * 1024 * 1024;

/** Takes text as it comes, and returns the data of each event that is complete. */
export class EventReader {
  private rest = '';
  private data: string[] = [];

  push(text: string): string[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_EVENT) throw new Error('an item is too large');
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): string[] {
    if (line === '') {
      const data = this.data;
      this.data = [];
      return data.length === 0 ? [] : [data.join('\n')];
    }
    if (line.startsWith('data:')) this.data.push(line.slice(line[5] === ' ' ? 6 : 5));
    return [];
  }
}
