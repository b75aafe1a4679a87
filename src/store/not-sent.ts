/** The batch never left this process. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  constructor(options: ErrorOptions) {
    super('The batch was not sent: there was no open write connection.', options)
  }
}
