/** The worker that reads PDF files (pdf.js). */
import "pdfjs-dist/build/pdf.worker.mjs";
