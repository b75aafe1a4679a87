/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation RegisterCustomer($input: RegisterCustomerInput!) {\n    registerCustomer(input: $input) {\n      __typename\n      ... on CustomerAccepted {\n        customerId\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.RegisterCustomerDocument,
    "\n  mutation RegisterProduct($input: RegisterProductInput!) {\n    registerProduct(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.RegisterProductDocument,
    "\n  mutation ChangeProductPrice($input: ChangeProductPriceInput!) {\n    changeProductPrice(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.ChangeProductPriceDocument,
    "\n  mutation PlaceOrder($input: PlaceOrderInput!) {\n    placeOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        commandId\n        orderId\n        position\n        version\n        replayed\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.PlaceOrderDocument,
    "\n  mutation ConfirmOrder($input: ConfirmOrderInput!) {\n    confirmOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.ConfirmOrderDocument,
    "\n  mutation ShipOrder($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.ShipOrderDocument,
    "\n  mutation DeliverOrder($input: DeliverOrderInput!) {\n    deliverOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.DeliverOrderDocument,
    "\n  mutation CancelOrder($input: CancelOrderInput!) {\n    cancelOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": typeof types.CancelOrderDocument,
    "\n  query ReadOrder($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {\n    order(id: $id) {\n      id\n      version\n      position\n      status\n      fulfilmentStatus\n      customerName\n      total {\n        amount\n        currencyCode\n      }\n    }\n  }\n": typeof types.ReadOrderDocument,
    "\n  query ReadHistory($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {\n    order(id: $id) {\n      id\n      version\n      events(first: 100) {\n        edges {\n          node {\n            __typename\n            id\n            version\n          }\n        }\n      }\n    }\n  }\n": typeof types.ReadHistoryDocument,
    "\n  query ListOrders($first: Int!, $after: String, $readAfter: Position)\n  @readAfter(position: $readAfter) {\n    orders(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        reference\n        version\n      }\n    }\n  }\n": typeof types.ListOrdersDocument,
    "\n  subscription OrderChanged($id: ID!, $after: Position) {\n    orderChanged(id: $id, after: $after) {\n      position\n      order {\n        id\n        version\n        position\n        status\n        fulfilmentStatus\n        customerName\n        total {\n          amount\n          currencyCode\n        }\n      }\n    }\n  }\n": typeof types.OrderChangedDocument,
    "\n  subscription OrderEvents($id: ID, $after: Position) {\n    orderEvents(id: $id, after: $after) {\n      __typename\n      id\n      orderId\n      version\n      position\n    }\n  }\n": typeof types.OrderEventsDocument,
    "\n  mutation ReceiveForLedger($input: ReceiveStockInput!) {\n    command: receiveStock(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n    }\n  }\n": typeof types.ReceiveForLedgerDocument,
    "\n  mutation AdjustForLedger($input: AdjustStockInput!) {\n    command: adjustStock(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n      ... on StockShort {\n        available\n      }\n    }\n  }\n": typeof types.AdjustForLedgerDocument,
    "\n  mutation NoteForLedger($input: AddOrderNoteInput!) {\n    command: addOrderNote(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n    }\n  }\n": typeof types.NoteForLedgerDocument,
    "\n  mutation PlaceForLedger($input: PlaceOrderInput!) {\n    command: placeOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n    }\n  }\n": typeof types.PlaceForLedgerDocument,
    "\n  query ReadForLedger($product: ID!, $order: ID!, $readAfter: Position)\n  @readAfter(position: $readAfter) {\n    product(id: $product) {\n      id\n      version\n    }\n    order(id: $order) {\n      id\n      version\n    }\n  }\n": typeof types.ReadForLedgerDocument,
    "\n  mutation ReceiveStock($input: ReceiveStockInput!) {\n    receiveStock(input: $input) {\n      __typename\n    }\n  }\n": typeof types.ReceiveStockDocument,
    "\n  query ReadStock($id: ID!) {\n    product(id: $id) {\n      onHand\n      available\n      reserved\n      shipped\n    }\n  }\n": typeof types.ReadStockDocument,
    "\n  query ListPaid($after: String) {\n    orders(first: 100, after: $after) {\n      nodes {\n        id\n        status\n        cancelReason\n        total {\n          amount\n        }\n        authorized {\n          amount\n        }\n        captured {\n          amount\n        }\n        payments {\n          kind\n          state\n          reference\n          amount {\n            amount\n            currencyCode\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ListPaidDocument,
    "\n  query ListUnfinished {\n    due: tasks(state: DUE, first: 100) {\n      name\n      error\n    }\n    claimed: tasks(state: CLAIMED, first: 100) {\n      name\n      error\n    }\n    parked: tasks(state: PARKED, first: 100) {\n      name\n      error\n    }\n  }\n": typeof types.ListUnfinishedDocument,
    "\n  query ReadLog($after: String) {\n    eventLog(first: 100, after: $after) {\n      nodes {\n        position\n        stream\n        version\n        type\n        schemaVersion\n        data\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ReadLogDocument,
    "\n  query ListPending {\n    orders(first: 1, filter: { status: PENDING }) {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.ListPendingDocument,
};
const documents: Documents = {
    "\n  mutation RegisterCustomer($input: RegisterCustomerInput!) {\n    registerCustomer(input: $input) {\n      __typename\n      ... on CustomerAccepted {\n        customerId\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.RegisterCustomerDocument,
    "\n  mutation RegisterProduct($input: RegisterProductInput!) {\n    registerProduct(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.RegisterProductDocument,
    "\n  mutation ChangeProductPrice($input: ChangeProductPriceInput!) {\n    changeProductPrice(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.ChangeProductPriceDocument,
    "\n  mutation PlaceOrder($input: PlaceOrderInput!) {\n    placeOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        commandId\n        orderId\n        position\n        version\n        replayed\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.PlaceOrderDocument,
    "\n  mutation ConfirmOrder($input: ConfirmOrderInput!) {\n    confirmOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.ConfirmOrderDocument,
    "\n  mutation ShipOrder($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.ShipOrderDocument,
    "\n  mutation DeliverOrder($input: DeliverOrderInput!) {\n    deliverOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.DeliverOrderDocument,
    "\n  mutation CancelOrder($input: CancelOrderInput!) {\n    cancelOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n": types.CancelOrderDocument,
    "\n  query ReadOrder($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {\n    order(id: $id) {\n      id\n      version\n      position\n      status\n      fulfilmentStatus\n      customerName\n      total {\n        amount\n        currencyCode\n      }\n    }\n  }\n": types.ReadOrderDocument,
    "\n  query ReadHistory($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {\n    order(id: $id) {\n      id\n      version\n      events(first: 100) {\n        edges {\n          node {\n            __typename\n            id\n            version\n          }\n        }\n      }\n    }\n  }\n": types.ReadHistoryDocument,
    "\n  query ListOrders($first: Int!, $after: String, $readAfter: Position)\n  @readAfter(position: $readAfter) {\n    orders(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        reference\n        version\n      }\n    }\n  }\n": types.ListOrdersDocument,
    "\n  subscription OrderChanged($id: ID!, $after: Position) {\n    orderChanged(id: $id, after: $after) {\n      position\n      order {\n        id\n        version\n        position\n        status\n        fulfilmentStatus\n        customerName\n        total {\n          amount\n          currencyCode\n        }\n      }\n    }\n  }\n": types.OrderChangedDocument,
    "\n  subscription OrderEvents($id: ID, $after: Position) {\n    orderEvents(id: $id, after: $after) {\n      __typename\n      id\n      orderId\n      version\n      position\n    }\n  }\n": types.OrderEventsDocument,
    "\n  mutation ReceiveForLedger($input: ReceiveStockInput!) {\n    command: receiveStock(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n    }\n  }\n": types.ReceiveForLedgerDocument,
    "\n  mutation AdjustForLedger($input: AdjustStockInput!) {\n    command: adjustStock(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n      ... on StockShort {\n        available\n      }\n    }\n  }\n": types.AdjustForLedgerDocument,
    "\n  mutation NoteForLedger($input: AddOrderNoteInput!) {\n    command: addOrderNote(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n    }\n  }\n": types.NoteForLedgerDocument,
    "\n  mutation PlaceForLedger($input: PlaceOrderInput!) {\n    command: placeOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n    }\n  }\n": types.PlaceForLedgerDocument,
    "\n  query ReadForLedger($product: ID!, $order: ID!, $readAfter: Position)\n  @readAfter(position: $readAfter) {\n    product(id: $product) {\n      id\n      version\n    }\n    order(id: $order) {\n      id\n      version\n    }\n  }\n": types.ReadForLedgerDocument,
    "\n  mutation ReceiveStock($input: ReceiveStockInput!) {\n    receiveStock(input: $input) {\n      __typename\n    }\n  }\n": types.ReceiveStockDocument,
    "\n  query ReadStock($id: ID!) {\n    product(id: $id) {\n      onHand\n      available\n      reserved\n      shipped\n    }\n  }\n": types.ReadStockDocument,
    "\n  query ListPaid($after: String) {\n    orders(first: 100, after: $after) {\n      nodes {\n        id\n        status\n        cancelReason\n        total {\n          amount\n        }\n        authorized {\n          amount\n        }\n        captured {\n          amount\n        }\n        payments {\n          kind\n          state\n          reference\n          amount {\n            amount\n            currencyCode\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.ListPaidDocument,
    "\n  query ListUnfinished {\n    due: tasks(state: DUE, first: 100) {\n      name\n      error\n    }\n    claimed: tasks(state: CLAIMED, first: 100) {\n      name\n      error\n    }\n    parked: tasks(state: PARKED, first: 100) {\n      name\n      error\n    }\n  }\n": types.ListUnfinishedDocument,
    "\n  query ReadLog($after: String) {\n    eventLog(first: 100, after: $after) {\n      nodes {\n        position\n        stream\n        version\n        type\n        schemaVersion\n        data\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.ReadLogDocument,
    "\n  query ListPending {\n    orders(first: 1, filter: { status: PENDING }) {\n      nodes {\n        id\n      }\n    }\n  }\n": types.ListPendingDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterCustomer($input: RegisterCustomerInput!) {\n    registerCustomer(input: $input) {\n      __typename\n      ... on CustomerAccepted {\n        customerId\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RegisterCustomerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterProduct($input: RegisterProductInput!) {\n    registerProduct(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RegisterProductDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangeProductPrice($input: ChangeProductPriceInput!) {\n    changeProductPrice(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ChangeProductPriceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PlaceOrder($input: PlaceOrderInput!) {\n    placeOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        commandId\n        orderId\n        position\n        version\n        replayed\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').PlaceOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmOrder($input: ConfirmOrderInput!) {\n    confirmOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ConfirmOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ShipOrder($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ShipOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeliverOrder($input: DeliverOrderInput!) {\n    deliverOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DeliverOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelOrder($input: CancelOrderInput!) {\n    cancelOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n      }\n      ... on Refusal {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CancelOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadOrder($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {\n    order(id: $id) {\n      id\n      version\n      position\n      status\n      fulfilmentStatus\n      customerName\n      total {\n        amount\n        currencyCode\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReadOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadHistory($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {\n    order(id: $id) {\n      id\n      version\n      events(first: 100) {\n        edges {\n          node {\n            __typename\n            id\n            version\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReadHistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListOrders($first: Int!, $after: String, $readAfter: Position)\n  @readAfter(position: $readAfter) {\n    orders(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        reference\n        version\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ListOrdersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OrderChanged($id: ID!, $after: Position) {\n    orderChanged(id: $id, after: $after) {\n      position\n      order {\n        id\n        version\n        position\n        status\n        fulfilmentStatus\n        customerName\n        total {\n          amount\n          currencyCode\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').OrderChangedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OrderEvents($id: ID, $after: Position) {\n    orderEvents(id: $id, after: $after) {\n      __typename\n      id\n      orderId\n      version\n      position\n    }\n  }\n"): typeof import('./graphql.ts').OrderEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReceiveForLedger($input: ReceiveStockInput!) {\n    command: receiveStock(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReceiveForLedgerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AdjustForLedger($input: AdjustStockInput!) {\n    command: adjustStock(input: $input) {\n      __typename\n      ... on ProductAccepted {\n        productId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n      ... on StockShort {\n        available\n      }\n    }\n  }\n"): typeof import('./graphql.ts').AdjustForLedgerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation NoteForLedger($input: AddOrderNoteInput!) {\n    command: addOrderNote(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n      ... on VersionConflict {\n        actualVersion\n      }\n    }\n  }\n"): typeof import('./graphql.ts').NoteForLedgerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PlaceForLedger($input: PlaceOrderInput!) {\n    command: placeOrder(input: $input) {\n      __typename\n      ... on OrderAccepted {\n        orderId\n        version\n        position\n        replayed\n      }\n      ... on Refusal {\n        position\n      }\n    }\n  }\n"): typeof import('./graphql.ts').PlaceForLedgerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadForLedger($product: ID!, $order: ID!, $readAfter: Position)\n  @readAfter(position: $readAfter) {\n    product(id: $product) {\n      id\n      version\n    }\n    order(id: $order) {\n      id\n      version\n    }\n  }\n"): typeof import('./graphql.ts').ReadForLedgerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReceiveStock($input: ReceiveStockInput!) {\n    receiveStock(input: $input) {\n      __typename\n    }\n  }\n"): typeof import('./graphql.ts').ReceiveStockDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadStock($id: ID!) {\n    product(id: $id) {\n      onHand\n      available\n      reserved\n      shipped\n    }\n  }\n"): typeof import('./graphql.ts').ReadStockDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListPaid($after: String) {\n    orders(first: 100, after: $after) {\n      nodes {\n        id\n        status\n        cancelReason\n        total {\n          amount\n        }\n        authorized {\n          amount\n        }\n        captured {\n          amount\n        }\n        payments {\n          kind\n          state\n          reference\n          amount {\n            amount\n            currencyCode\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ListPaidDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListUnfinished {\n    due: tasks(state: DUE, first: 100) {\n      name\n      error\n    }\n    claimed: tasks(state: CLAIMED, first: 100) {\n      name\n      error\n    }\n    parked: tasks(state: PARKED, first: 100) {\n      name\n      error\n    }\n  }\n"): typeof import('./graphql.ts').ListUnfinishedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadLog($after: String) {\n    eventLog(first: 100, after: $after) {\n      nodes {\n        position\n        stream\n        version\n        type\n        schemaVersion\n        data\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReadLogDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListPending {\n    orders(first: 1, filter: { status: PENDING }) {\n      nodes {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ListPendingDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
