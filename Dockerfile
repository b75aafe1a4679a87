FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

COPY schema ./schema
COPY src ./src
RUN mkdir .data && chown node:node .data

USER node
ENV HOST=0.0.0.0 PORT=4000 READBACK_DATA=/app/.data
EXPOSE 4000
CMD ["node", "src/cli/readback.mjs", "serve"]
