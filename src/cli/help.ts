export const HELP = `Readback: an order service that speaks GraphQL.

Usage: readback <verb> [options]

  serve                 Start the server (what \`npm start\` does).
  migrate               Bring the database to this version, and stop. \`serve\` does so, too.
  import FILE           Bring customers, products and orders from a file into a running server.
  projections           How far each read model is; 1 where somebody should look at one.
  audit [NAME...]       Compare read models with the log, row by row; 1 where one is not what it must be.
  rebuild NAME...       Build read models anew beside those that serve, and have them serve.
  schema print [FILE]   Write the GraphQL schema to a file, or to the terminal.
  schema check FILE     Say whether a file still holds the schema.

Options, each with the environment variable that does the same (an option wins):

  --data FOLDER         READBACK_DATA   Where the embedded database lies (default: .data).
  --memory                              Keep everything in memory: it is gone when the server stops.
  --host HOST           HOST            The address to listen on (default: 127.0.0.1, this machine only).
  --port PORT           PORT            The port to listen on (default: 4000; 0 takes any that is free).
  --url URL             READBACK_URL    The server to import into (default: http://127.0.0.1:4000/graphql).
  --json                                Print what \`audit\` or \`projections\` found as JSON.
  --max-lag EVENTS                      How far a read model may be behind for \`projections\`.
  --all                                 Rebuild all read models, one after another.
  --duty SHARE                          The share of its time that a rebuild works (default: 0.5; 0.05 to 1).
  --cancel                              Give up the rebuild that is under way.
  --help, --version

Environment variables only:

  DATABASE_URL          postgres://user:password@host:port/database, to use PostgreSQL instead of the
                        embedded database. READBACK_AUTH, READBACK_MASTER_KEY and a payment
                        gateway are then required.
  READBACK_AUTH         Who may do what. The only value so far is "local": everybody who reaches the
                        server is staff, and nobody is asked who they are.
  READBACK_MASTER_KEY   32 bytes in base64 that seal personal data. The embedded database makes one in
                        its folder by itself. Keep it: without it personal data cannot be read again.
  READBACK_PAYMENT      "sandbox" moves no money: the payment tokens alone say what is answered. The
                        embedded database takes it unless told otherwise.
  READBACK_PAYMENT_URL  Where the payment gateway lies, such as https://payments.example/v1.
  READBACK_PAYMENT_KEY  Sent to it as a bearer token.
  READBACK_INLINE       Read models, such as orders,products, whose rows are written in the commit of the
                        events where that is possible at once; otherwise soon after, as always.
  LOG_LEVEL             trace, debug, info, warn (default), error, fatal or silent; JSON lines on stderr.
`
