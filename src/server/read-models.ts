import { customerValues } from '../read-model/customer-values.ts'
import { customers } from '../read-model/customers.ts'
import { orderStatistics } from '../read-model/order-statistics.ts'
import { orders } from '../read-model/orders.ts'
import { products } from '../read-model/products.ts'

export const READ_MODELS = [orders, products, customers, customerValues, orderStatistics]
